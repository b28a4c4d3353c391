/** A worker in a process of its own: what the hub spawns. */
import { Socket } from 'node:net';
import { Worker } from 'node:worker_threads';
import { ClaimWord } from './claim-word.js';
import { StreamLink } from './link/stream-link.js';
import { LINK_FD } from './process-shape.js';
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

/**
 * A thread of a confined process may read what the process may not, and only the watcher needs one: from here on there
 * are no others, whatever a task imports.
 */
function giveUpThreads(): void {
  const { permission } = process as {
    permission?: { has(scope: string): boolean; drop?(scope: string): void };
  };
  if (permission === undefined) return;
  permission.drop?.('worker');
  if (!permission.has('worker')) return;
  process.stderr.write(`Node.js ${process.version} cannot confine a worker: use Node.js 24.21 or newer\n`);
  process.exit(1);
}
