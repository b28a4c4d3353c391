export type { TaskClientOptions } from './client-options.js';
export type { BackoffOptions, DeliveryOptions, OneDeliveryOptions } from './delivery.js';
export type { ClientPorts } from './client-ports.js';
export type { MapOptions, MapProgress, MapResult } from './map.js';
export type { BatchResult, TaskBatch } from './task-batch.js';
export { TaskClient, type ContractMap, type MapSource, type SubmitManyOptions } from './task-client.js';
export type {
  Acceptance,
  ResultOptions,
  SubmitOneOptions,
  SubmitOptions,
  TaskFailure,
  TaskHandle,
  TaskOutcome,
  TaskRun,
  TaskSuccess,
} from './task-handle.js';
export {
  PenstockError,
  type CancelReply,
  type ErrorCode,
  type PayloadOf,
  type ResultOf,
  type TaskContract,
  type TaskEvent,
  type TaskId,
  type TaskState,
  type TaskStatus,
} from '@penstock/protocol';
