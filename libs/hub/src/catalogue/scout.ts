import type { BrokenFile, LoadedTask } from '@penstock/worker/host';
import { ProcessWorker } from '../workers/process-worker.js';
import { exclusionOf, Suspects } from '../workers/suspects.js';
import {
  deaf,
  type WorkerEnd,
  type WorkerHandle,
  type WorkerListener,
  type WorkerOptions,
} from '../workers/worker-handle.js';
import type { Catalogue } from './catalogue.js';

/** Files that may each end a scout before the search is given up. */
const EXCLUDED_MAX = 64;

/** A scout could not tell what the folder holds. */
export class ScoutError extends Error {
  override readonly name = 'ScoutError';
}

/**
 * Finds out what task files give, in a process of its own: an import may do anything. Each file that
 * ends the process or blocks it is excluded, and the rest is tried again; so is all of it when the process was killed, as by a system that
 * is short of memory.
 *
 * @param signal ends the search
 * @throws ScoutError when no process can be had, or more files end it than can be tried
 */
export async function scoutFiles(options: WorkerOptions, signal: AbortSignal): Promise<Catalogue> {
  const excluded: BrokenFile[] = [];
  const suspects = new Suspects();
  while (excluded.length < EXCLUDED_MAX) {
    const found = await scoutOnce(
      { ...options, start: { ...options.start, excluded: [...excluded] } },
      signal,
    );
    if ('tasks' in found) return found;
    const { importing, reason } = found;
    if (signal.aborted) throw new ScoutError('the search for tasks was ended');
    if (suspects.excuse(found)) {
      options.onWarning(`THE PROCESS THAT LOADS THE TASKS DIED (${reason}), ANOTHER ONE TRIES AGAIN`);
    } else if (importing === undefined) throw new ScoutError(`the tasks cannot be loaded: ${reason}`);
    else excluded.push(exclusionOf(importing, found));
  }
  throw new ScoutError(`more than ${EXCLUDED_MAX} task files end the worker that imports them`);
}

type Found = { readonly tasks: readonly LoadedTask[]; readonly broken: readonly BrokenFile[] } | WorkerEnd;

async function scoutOnce(options: WorkerOptions, signal: AbortSignal): Promise<Found> {
  const { promise, resolve } = Promise.withResolvers<Found>();
  let handle: WorkerHandle | undefined;
  // A scout is handed no task, and its workers say again what its imports print.
  const listener: WorkerListener = {
    ...deaf,
    onReady: (tasks, broken) => {
      resolve({ tasks, broken });
      handle?.kill();
    },
    onGone: resolve,
  };
  const onAbort = (): void => handle?.kill();
  signal.addEventListener('abort', onAbort);
  try {
    handle = new ProcessWorker(options, listener);
    if (signal.aborted) handle.kill();
    return await promise;
  } finally {
    signal.removeEventListener('abort', onAbort);
  }
}
