export { countRefusals } from './count-refusals.js';
export { errorReply, type ErrorReply } from './error-reply.js';
export { addressOf, Gate, type GateOptions } from './gate.js';
export { HttpErrorFilter } from './http-error.filter.js';
export { openGate, type GatePlace } from './open-gate.js';
export { OriginCheck, servedHosts } from './origin-check.js';
export { needOf, type Need, type Policy } from './policy.js';
export { givenSession, takenSession } from './session-cookie.js';
export { isCalledBy, WhoCalls } from './who-calls.js';
