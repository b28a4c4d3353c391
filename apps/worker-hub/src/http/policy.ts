import type { Policy } from '@penstock/http';

/** Who may call what. */
export const policy: Policy = {
  // Whoever starts and watches containers has no token.
  'GET /health/live': 'anyone',
  'GET /health/ready': 'known',
  'GET /metrics': 'read',
};
