import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { workerOptions } from '../../test/worker-options.js';
import { echo } from '../../test/task-files.js';
import { taskFolder } from '../../test/task-folder.js';
import { ProcessWorker } from './process-worker.js';
import { deaf } from './worker-handle.js';

/** Waits for a process to have died, without the event loop: nobody here can have noticed. */
function awaitDeath(pid: number): void {
  while (!/\) Z /.test(readFileSync(`/proc/${pid}/stat`, 'utf8')));
}

it('a worker has died of what ended it, and not of the pipe that it left behind', async () => {
  const ready = Promise.withResolvers<void>();
  const gone = Promise.withResolvers<string>();
  const worker = new ProcessWorker(workerOptions(taskFolder(echo)), {
    ...deaf,
    onReady: () => ready.resolve(),
    onGone: ({ reason }) => gone.resolve(reason),
  });
  await ready.promise;
  const pid = worker.pid ?? NaN;
  process.kill(pid, 'SIGKILL');
  awaitDeath(pid);
  worker.abort({ taskId: '01a0c450-6db2-776f-8a96-25207e0e0c36', epoch: 1, attempt: 1 }, 0);
  expect(await gone.promise).toBe('signal SIGKILL');
});
