/** A worker in a process of its own: what the hub spawns. */
import { Socket } from 'node:net';
import { Worker } from 'node:worker_threads';
import { ClaimWord } from './claim-word.js';
import { StreamLink } from './link/stream-link.js';
import { LINK_FD } from './process-shape.js';
import { giveUpThreads } from './rights.js';
import { WorkerRuntime } from './worker-runtime.js';

const claims = new ClaimWord();
// Before any task file is imported: an import may block this thread.
new Worker(new URL('watcher.js', import.meta.url), { workerData: claims.shared }).unref();

giveUpThreads();

const pipe = new Socket({ fd: LINK_FD, readable: true, writable: true });
const link = new StreamLink(pipe, (frames) => runtime.onFrames(frames), Number.MAX_SAFE_INTEGER);
const runtime = new WorkerRuntime(link, claims, (exitCode) => {
  process.exitCode = exitCode;
  // The last outcomes may still be on their way into the pipe.
  pipe.end(() => process.exit(exitCode));
});

process.on('uncaughtException', (error) => runtime.onUncaught(error));
process.on('unhandledRejection', (error) => runtime.onUncaught(error));
process.on('exit', () => runtime.onExit());
