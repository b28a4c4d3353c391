export {
  AcceptedReader,
  AcceptedWriter,
  Admission,
  Durability,
  type AdmissionDetail,
} from './batches/accepted.js';
export { BatchReader, CRITICAL_OPTION, type RecordShape } from './batches/batch-reader.js';
export { BatchWriter, EMPTY, type BatchMessage, type Bytes } from './batches/batch-writer.js';
export { CollectedReader, CollectedWriter } from './batches/collected.js';
export { ContentType } from './batches/content-type.js';
export { DispatchReader, DispatchWriter, type DispatchRecord } from './batches/dispatch.js';
export { LEASE_BYTES, LeaseReader, LeaseWriter, type LeaseNumbers } from './batches/lease.js';
export {
  OutcomeFlag,
  OutcomeReader,
  OutcomeStatus,
  outcomeStatusNames,
  OutcomeWriter,
  type ExpiryReport,
  type FailureReport,
  type OutcomeRecord,
} from './batches/outcome.js';
export { ResultReader, ResultWriter, type ResultRecord } from './batches/result.js';
export { SettledReader, SettledWriter, Verdict } from './batches/settled.js';
export { StartedReader, StartedWriter } from './batches/started.js';
export { timeoutMessage, timeoutReport } from './batches/timeout-report.js';
export { SubmitReader, SubmitWriter, type SubmitRecord } from './batches/submit.js';
export {
  decodeEnvelope,
  encodeEnvelope,
  isCall,
  type Envelope,
  type EnvelopeCall,
  type EnvelopeReply,
} from './envelope.js';
export {
  errorCodes,
  isErrorCode,
  PenstockError,
  type ErrorCode,
  type PenstockErrorOptions,
  type WireError,
} from './errors.js';
export {
  FLAG_DETACHED,
  hasMagic,
  HEAD_BYTES,
  Kind,
  kindNames,
  MAGIC,
  NO_SESSION,
  readHead,
  viewOf,
  writeHead,
  type Head,
  type SessionId,
} from './frame.js';
export { frameChunks, FrameSplitter } from './frame-stream.js';
export {
  ANONYMOUS,
  isTaskIdOf,
  parseTaskId,
  readTaskId,
  TASK_ID_BYTES,
  TaskIdMinter,
  userHash,
  writeTaskId,
  type TaskId,
} from './ids.js';
export { limits, NO_STRING } from './limits.js';
export {
  cancelReplySchema,
  clientCancelSchema,
  clientHelloSchema,
  clientStatusSchema,
  clientWatchSchema,
  clientWelcomeSchema,
  taskEventSchema,
  taskProgressSchema,
  taskStateSchema,
  taskStatusSchema,
  type CancelReply,
  type ClientHello,
  type ClientWelcome,
  type TaskEvent,
  type TaskProgress,
  type TaskState,
  type TaskStatus,
} from './messages/client.js';
export {
  controlCallSchema,
  controlCheckSchema,
  controlDownReplySchema,
  controlDownSchema,
  durationSummarySchema,
  groupViewSchema,
  hubViewSchema,
  nameStatsSchema,
  statsViewSchema,
  workerViewSchema,
  type ControlCall,
  type ControlCheck,
  type ControlDown,
  type ControlDownReply,
  type DurationSummary,
  type GroupView,
  type HubView,
  type NameStats,
  type StatsView,
  type WorkerView,
} from './messages/control.js';
export {
  healthComponentSchema,
  healthVerdictSchema,
  healthWarningSchema,
  type HealthComponent,
  type HealthVerdict,
  type HealthWarning,
} from './messages/health.js';
export {
  groupSchema,
  hubCancelSchema,
  hubCreditSchema,
  hubGoodbyeSchema,
  hubGroupsSchema,
  hubHeartbeatSchema,
  hubHelloSchema,
  hubKeysSchema,
  hubLostSchema,
  hubProgressSchema,
  hubReturnedSchema,
  hubWelcomeSchema,
  leaseSchema,
  type HubCredit,
  type HubGroup,
  type HubHeartbeat,
  type HubHello,
  type HubLease,
  type HubLost,
  type HubProgress,
  type HubReturned,
  type HubWelcome,
} from './messages/hub.js';
export { parseMessage } from './messages/parse.js';
export { Pattern } from './messages/patterns.js';
export {
  addressSchema,
  hubProbeReplySchema,
  probeAddressSchema,
  probedWorkerSchema,
  type Address,
  type HubProbeReply,
  type ProbeAddress,
  type ProbedWorker,
} from './messages/probe.js';
export {
  identitySchema,
  sessionNoticeSchema,
  sessionSchema,
  welcomeSchema,
  type Hello,
  type Identity,
  type SessionNotice,
  type Welcome,
} from './messages/session.js';
export { requireRules } from './rules/check-rules.js';
export { encodeRules } from './rules/encode-rules.js';
export { readRules, readTimeoutMs } from './rules/read-rules.js';
export {
  backoffKinds,
  durabilityNames,
  lossPolicies,
  type Backoff,
  type BackoffKind,
  type TaskRules,
} from './rules/task-rules.js';
export type { PayloadOf, ResultOf, TaskContract } from './task-contract.js';
export { PROTOCOL_VERSION } from './version.js';
