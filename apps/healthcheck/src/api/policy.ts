import type { Policy } from '@penstock/http';

/** Who may call what. */
export const policy: Policy = {
  // Whoever starts and watches containers has no token.
  'GET /health/live': 'anyone',
  'GET /health/ready': 'known',
  'GET /health': 'read',
  'GET /health/verdict': 'read',
  'GET /health/events': 'read',
  'GET /metrics': 'read',
};
