export { PenstockClientModule } from './client/penstock-client.module.js';
export { Task } from './worker/task.decorator.js';
export { PenstockWorkerModule } from './worker/penstock-worker.module.js';
export { WorkerContextError } from './worker/context-location.js';
export type { PenstockWorkerOptions, WorkerGroupOptions } from './worker/worker-options.js';
export { WorkerRunner } from './worker/worker-runner.js';
export {
  PenstockError,
  TaskClient,
  type TaskClientOptions,
  type TaskContract,
  type TaskHandle,
} from '@penstock/client';
export type { PayloadOf, ResultOf, TaskContext } from '@penstock/worker';
