import type { Task } from '../task.js';
import type { Group } from './group.js';

/** A worker hub, for as long as its session lasts. */
export class Hub {
  groups: readonly Group[] = [];
  /** Load of its machine in steps of 10 %: ties between groups must not follow every flicker of a gauge. */
  cpuStep = 0;

  constructor(
    /** Its incarnation: the same process, over any number of connections. */
    readonly incarnation: string,
    /** Its name, for people. */
    readonly name: string,
    readonly arrival: number,
  ) {}

  /**
   * Of the groups that may run a task the one with the most free credit, of equals the first. It is not the order of
   * dispatch, which compares shares of windows and is an order only among groups that want something.
   */
  roomiestFor({ name, priority }: Task): Group | undefined {
    let best: Group | undefined;
    for (const group of this.groups) {
      const { workerClass } = group;
      if (!workerClass.names.has(name) || !workerClass.takes(priority)) continue;
      if (best === undefined || group.free > best.free) best = group;
    }
    return best;
  }
}
