import type { Policy } from '@penstock/http';

/** Who may call what. A client is let in to tasks of its own users alone: {@link TasksController} sees to that. */
export const policy: Policy = {
  // Whoever starts and watches containers has no token.
  'GET /health/live': 'anyone',
  'GET /health/ready': 'known',
  'GET /metrics': 'read',

  // What is asked here is a code that only somebody with a right has made.
  'POST /api/session': 'anyone',
  'GET /api/session': 'known',
  'DELETE /api/session': 'known',
  'POST /api/login-codes': 'operate',

  'POST /api/tasks': 'submit',
  'GET /api/tasks': 'known',
  'GET /api/tasks/:id': 'known',
  'GET /api/tasks/:id/result': 'known',
  'DELETE /api/tasks/:id': 'submit',
  'POST /api/tasks/rerun': 'operate',
  'POST /api/tasks/:id/rerun': 'operate',

  'GET /api/workers': 'read',
  'GET /api/stats': 'read',
  'GET /api/scaling': 'read',
  'GET /api/events': 'read',
  'GET /api/docs*': 'known',
};
