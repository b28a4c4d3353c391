import type { Task } from './task.js';
import type { Group } from './workers/group.js';
import type { WorkerClass } from './workers/worker-class.js';

/** Who knows what it takes to give a task to a group. */
interface Leaser {
  dispatch(task: Task, group: Group, now: number): void;
}

/** Finds what goes where next: the group with the largest share of free credit gets the next task of its lanes. */
export class Dispatcher {
  /** Classes that have credit and may have something to take. */
  private readonly active: WorkerClass[] = [];

  /** A class has got a group with credit, or something in one of its lanes. */
  activate(workerClass: WorkerClass): void {
    if (workerClass.isActive || workerClass.withCredit.size === 0) return;
    workerClass.isActive = true;
    this.active.push(workerClass);
  }

  /**
   * Gives each task that can be handed out to its group, until no group has credit or nothing is left for those that
   * have. It is told whom to call, and not what to call: a function made for each run would cost a fifth of a dispatch.
   *
   * @returns how many
   */
  run(leaser: Leaser, now: number): number {
    let count = 0;
    for (let workerClass = this.next(); workerClass !== undefined; workerClass = this.next()) {
      const task = workerClass.pick();
      const group = workerClass.withCredit.top;
      if (task === undefined || group === undefined) this.deactivate(workerClass);
      else {
        leaser.dispatch(task, group, now);
        count += 1;
      }
    }
    return count;
  }

  /** Of the classes that may have something to take, the one whose first group goes before those of the others. */
  private next(): WorkerClass | undefined {
    let best: WorkerClass | undefined;
    let bestGroup: Group | undefined;
    for (const workerClass of this.active) {
      const group = workerClass.withCredit.top;
      if (bestGroup === undefined || (group !== undefined && group.goesBefore(bestGroup))) {
        best = workerClass;
        bestGroup = group;
      }
    }
    return best;
  }

  private deactivate(workerClass: WorkerClass): void {
    workerClass.isActive = false;
    const last = this.active.pop();
    if (last !== undefined && last !== workerClass) this.active[this.active.indexOf(workerClass)] = last;
  }
}
