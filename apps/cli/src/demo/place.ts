import type { HubView } from '../launch/balancer-http.js';

/** Where tasks of a name can run. */
export interface Place {
  /** A priority that some worker takes; 0 if there is a choice. */
  readonly priority: number;
  /** Workers that take it. */
  readonly workers: number;
}

/** Looks for workers that run a task; `undefined` if none does. */
export function findPlace(task: string, hubs: readonly HubView[]): Place | undefined {
  const groups = hubs.flatMap((hub) => hub.groups).filter(({ tasks }) => tasks.includes(task));
  const [first] = groups;
  if (first === undefined) return undefined;
  const isTaken = (priority: number) => (group: typeof first) =>
    (group.minPriority ?? -Infinity) <= priority && priority <= (group.maxPriority ?? Infinity);
  const priority = groups.some(isTaken(0)) ? 0 : (first.minPriority ?? first.maxPriority ?? 0);
  const workers = groups.filter(isTaken(priority)).reduce((sum, group) => sum + group.workers.length, 0);
  return { priority, workers };
}
