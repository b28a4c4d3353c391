import { groupName, type WorkerGroupEntry } from './kinds/worker-groups.js';
import type { ParameterValues } from './values.js';

/** A group of workers as the hub runs it. */
export interface WorkerGroup {
  /** Its name: that of the parameter, or `group-1` for the first of the list and so on. */
  readonly name: string;
  /** `process`: each slot is a process of its own; `inline`: all slots share one thread of the hub. */
  readonly kind: 'process' | 'inline';
  /** Tasks that it runs at a time, 1 to 1024. */
  readonly slots: number;
  /** Lowest priority that it takes; `null` = no bound. */
  readonly minPriority: number | null;
  /** Highest priority that it takes; `null` = no bound. */
  readonly maxPriority: number | null;
  /** Scheduling niceness of its processes, -20 (served first) to 19; 0 for an inline group, whose thread has none. */
  readonly niceness: number;
  /** Names of the tasks that it runs; `null` = all. */
  readonly tasks: readonly string[] | null;
}

/** Niceness beyond this does not exist; systems take 20 for 19, Node.js refuses it. */
const nicestPossible = 19;

/**
 * The groups of workers that WKHUB_WORKERS asks for. None = one group of as many workers as the machine has
 * processors, for all tasks and priorities.
 *
 * @param processorCount how many processors there are: `os.availableParallelism()`
 */
export function workerGroups(
  { WKHUB_WORKERS }: Pick<ParameterValues, 'WKHUB_WORKERS'>,
  processorCount: number,
): readonly WorkerGroup[] {
  const nWorkers = Math.min(Math.max(1, Math.floor(processorCount)), 1_024);
  const entries = WKHUB_WORKERS.length > 0 ? WKHUB_WORKERS : [{ nWorkers, processP: 0 }];
  return entries.map(groupOf);
}

function groupOf(entry: WorkerGroupEntry, index: number): WorkerGroup {
  const common = {
    name: groupName(entry, index),
    minPriority: entry.minP ?? null,
    maxPriority: entry.maxP ?? null,
    tasks: entry.tasks ?? null,
  };
  return entry.inline
    ? { ...common, kind: 'inline', slots: entry.concurrency, niceness: 0 }
    : {
        ...common,
        kind: 'process',
        slots: entry.nWorkers,
        niceness: Math.min(entry.processP, nicestPossible),
      };
}
