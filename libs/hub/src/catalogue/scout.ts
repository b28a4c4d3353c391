import type { BrokenFile, LoadedTask } from '@penstock/worker/host';
import { ProcessWorker } from '../workers/process-worker.js';
import {
  deaf,
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
 * ends the process or blocks it is excluded, and the rest is tried again.
 *
 * @param signal ends the search
 * @throws ScoutError when no process can be had, or more files end it than can be tried
 */
export async function scoutFiles(options: WorkerOptions, signal: AbortSignal): Promise<Catalogue> {
  const excluded: BrokenFile[] = [];
  while (excluded.length < EXCLUDED_MAX) {
    const found = await scoutOnce(
      { ...options, start: { ...options.start, excluded: [...excluded] } },
      signal,
    );
    if ('tasks' in found) return found;
    if (found.culprit === undefined) throw new ScoutError(`the tasks cannot be loaded: ${found.reason}`);
    excluded.push({ file: found.culprit, reason: `its import ended the worker: ${found.reason}` });
  }
  throw new ScoutError(`more than ${EXCLUDED_MAX} task files end the worker that imports them`);
}

type Found =
  | { readonly tasks: readonly LoadedTask[]; readonly broken: readonly BrokenFile[] }
  | { readonly reason: string; readonly culprit: string | undefined };

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
    onGone: (reason, culprit) => resolve({ reason, culprit }),
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
