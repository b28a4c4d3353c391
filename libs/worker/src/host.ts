/** For the program that keeps workers: their entry modules, the links to them and what is said on those. */
export type { TaskIsolation } from './define-task.js';
export { failureReport } from './failure-report.js';
export { encodeResult } from './payload.js';
export { ClaimWatch } from './claim-watch.js';
export { ClaimWord } from './claim-word.js';
export type { Link, OnFrames } from './link/link.js';
export {
  sendControl,
  type BrokenFile,
  type FromWorker,
  type LoadedTask,
  type ToWorker,
  type Watching,
  type WorkerStart,
} from './link/messages.js';
export {
  describeSource,
  type ModuleSource,
  type ProvidedTasks,
  type TaskLoader,
  type TaskSource,
} from './loader/task-source.js';
export { listTaskFiles } from './loader/task-files.js';
export { PortLink } from './link/port-link.js';
export { StreamLink } from './link/stream-link.js';
export { splitAtTags, unfinishedTagAt, type OutputPart, type OutputTag } from './output/tag.js';
export {
  CONTROL_FRAME_BYTES_MAX,
  frameBytesMax,
  LIFELINE_FD,
  LINK_FD,
  workerExecArgv,
} from './process-shape.js';

/** What the hub runs with Node.js as a worker's process. */
export const childModule = new URL('child.js', import.meta.url);
/** What the hub runs as a worker's thread. */
export const threadModule = new URL('thread.js', import.meta.url);
