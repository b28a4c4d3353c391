/**
 * Frames, batches and envelopes without the schemas of control messages: for a program that starts often and small,
 * such as a worker's process. The schemas' library costs more to load than all of this.
 */
export type { Bytes } from './batches/batch-writer.js';
export { ContentType } from './batches/content-type.js';
export { DispatchReader } from './batches/dispatch.js';
export type { LeaseNumbers } from './batches/lease.js';
export { OutcomeFlag, OutcomeStatus, OutcomeWriter, type FailureReport } from './batches/outcome.js';
export { StartedWriter } from './batches/started.js';
export { timeoutMessage } from './batches/timeout-report.js';
export { decodeEnvelope, encodeEnvelope, isCall, type EnvelopeCall } from './envelope.js';
export { PenstockError } from './errors.js';
export { frameChunks, FrameSplitter } from './frame-stream.js';
export { Kind, NO_SESSION, readHead } from './frame.js';
export { readTaskId, type TaskId } from './ids.js';
export { limits } from './limits.js';
export type { HubLease } from './messages/hub.js';
export { readRules } from './rules/read-rules.js';
export type { TaskRules } from './rules/task-rules.js';
export type { PayloadOf, ResultOf, TaskContract } from './task-contract.js';
