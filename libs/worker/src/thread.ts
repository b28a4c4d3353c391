/** A worker in a thread of its hub: what an inline group runs in. */
import { parentPort, workerData } from 'node:worker_threads';
import { invariant } from '@penstock/runtime';
import { ClaimWord } from './claim-word.js';
import { PortLink } from './link/port-link.js';
import { WorkerRuntime } from './worker-runtime.js';

invariant(parentPort !== null, 'WRK-003', 'this module runs in a thread');
const link = new PortLink(parentPort, (frames) => runtime.onFrames(frames));
const runtime = new WorkerRuntime(link, new ClaimWord(workerData as SharedArrayBuffer), (exitCode) =>
  process.exit(exitCode),
);
