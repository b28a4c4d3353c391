export { errorReply, type ErrorReply } from './error-reply.js';
export { HttpErrorFilter } from './http-error.filter.js';
export { OriginCheck, servedHosts } from './origin-check.js';
