import { invariant } from '@penstock/runtime';
import type { Task } from './task.js';

/**
 * Tasks in the order in which their time comes, linked through the tasks themselves: adding at the end and removing
 * anywhere cost O(1) and no memory. A task is in one timeline at a time: that of its name while it is queued, that of
 * its group while it is running, that of what is kept once it has ended.
 */
export class Timeline {
  head: Task | undefined = undefined;
  private tail: Task | undefined = undefined;
  size = 0;

  /** The latest. */
  get last(): Task | undefined {
    return this.tail;
  }

  /** Adds at the end. */
  append(task: Task): void {
    invariant(task.timeline === undefined, 'SCH-002', 'a task is in one timeline at a time');
    task.timeline = this;
    task.earlier = this.tail;
    if (this.tail === undefined) this.head = task;
    else this.tail.later = task;
    this.tail = task;
    this.size += 1;
  }

  /** Adds before all whose time to be kept began later; for what comes back after a restart, in the order of those times. */
  insertKept(task: Task): void {
    let earlier = this.tail;
    while (earlier !== undefined && earlier.keptSince > task.keptSince) earlier = earlier.earlier;
    if (earlier === this.tail) {
      this.append(task);
      return;
    }
    invariant(task.timeline === undefined, 'SCH-005', 'what is inserted into a timeline is in none');
    const later = earlier === undefined ? this.head : earlier.later;
    task.timeline = this;
    task.earlier = earlier;
    task.later = later;
    if (earlier === undefined) this.head = task;
    else earlier.later = task;
    if (later !== undefined) later.earlier = task;
    this.size += 1;
  }

  remove(task: Task): void {
    invariant(task.timeline === this, 'SCH-003', 'a task is removed from the timeline it is in');
    const { earlier, later } = task;
    if (earlier === undefined) this.head = later;
    else earlier.later = later;
    if (later === undefined) this.tail = earlier;
    else later.earlier = earlier;
    task.timeline = task.earlier = task.later = undefined;
    this.size -= 1;
  }

  *[Symbol.iterator](): Generator<Task> {
    for (let task = this.head; task !== undefined;) {
      const { later } = task;
      yield task;
      task = later;
    }
  }
}
