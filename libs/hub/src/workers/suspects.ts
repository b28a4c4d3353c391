import type { BrokenFile, LoadedTask } from '@penstock/worker/host';
import type { WorkerEnd } from './worker-handle.js';

/** So many processes in a row that are killed at the same import are put down to it. */
const KILLS_MAX = 3;

/**
 * Tells imports that end their process from those that were under way when somebody else ended it, as a system does that is short of
 * memory: no file is given up for what may happen to any.
 */
export class Suspects {
  private readonly kills = new Map<string | undefined, number>();

  /** A process ended as it loaded its tasks. @returns whether it may be none of their doing */
  excuse({ importing, isKilled }: WorkerEnd): boolean {
    if (!isKilled) return false;
    const kills = (this.kills.get(importing) ?? 0) + 1;
    this.kills.set(importing, kills);
    return kills < KILLS_MAX;
  }

  /** These tasks were loaded. */
  acquit(tasks: readonly LoadedTask[]): void {
    for (const { file } of tasks) this.kills.delete(file);
  }
}

/** Why a file is not imported any more whose import ended a process. */
export function exclusionOf(file: string, { reason }: WorkerEnd): BrokenFile {
  return { file, reason: `its import ended the worker: ${reason}` };
}
