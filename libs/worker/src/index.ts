export type { PayloadOf, ResultOf, TaskContract } from '@penstock/protocol/wire';
export { defineTask, type TaskDefinition, type TaskIsolation } from './define-task.js';
export { NonRetryableError } from './non-retryable-error.js';
export type { TaskContext } from './task-context.js';
