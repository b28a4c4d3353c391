import type { Task } from '@penstock/scheduler';

/** Of the tasks that are done the newest so many: most clients collect a result at once. */
const LEFT_ALONE = 1_024;

/**
 * Finds results that nobody has collected while many other tasks were done. They stay for minutes, and for hours where a task
 * stands for its key, and must not hold the memory of all that came with them.
 */
export class Settling {
  private readonly newest: (Task | undefined)[] = Array.from({ length: LEFT_ALONE });
  private next = 0;

  /** A task is done. @returns one that was done so many before it; what became of it since is not known here */
  add(task: Task): Task | undefined {
    const earlier = this.newest[this.next];
    this.newest[this.next] = task;
    this.next = (this.next + 1) % LEFT_ALONE;
    return earlier;
  }
}
