import { processShapes } from '../src/workers/confinement.js';
import type { WorkerOptions } from '../src/workers/worker-handle.js';

/** What a test may want to be otherwise. */
export interface WorkerUnderTest {
  /** What starts its process. */
  readonly launcher?: readonly string[];
  readonly onWarning?: (message: string) => void;
}

/** How to start a process that imports the files of a folder. */
export function workerOptions(
  folder: string,
  { launcher = [], onWarning = () => undefined }: WorkerUnderTest = {},
): WorkerOptions {
  const source = { folder };
  return {
    start: {
      worker: 'worker',
      source,
      isolation: {},
      excluded: [],
      importDeadlineMs: 30_000,
      concurrency: 1,
      arguments: {},
      resultBytesMax: 1_000,
    },
    shape: { ...processShapes(source)({}), launcher },
    niceness: 0,
    lineMax: 1_000,
    onWarning,
  };
}
