import type { Task } from '../task.js';
import type { HeapElement } from './indexed-heap.js';
import type { UserQueue } from './user-queue.js';

/** Tasks of one user, one lane and one priority, oldest first, linked through the tasks themselves. */
export class Bucket implements HeapElement {
  heapIndex = -1;
  head: Task | undefined = undefined;
  size = 0;
  private tail: Task | undefined = undefined;
  /** Where the latest task that came back was put. */
  private returned: Task | undefined = undefined;

  constructor(
    readonly priority: number,
    /** Changes when the lane is cut at the edge of a new band: all of the bucket moves at once. */
    public queue: UserQueue,
  ) {}

  /**
   * Adds by age: a new task at the end. One that comes back belongs near the head, among others that came back; they
   * come in runs, so the search begins at the latest of them.
   */
  add(task: Task): void {
    const older = this.tail !== undefined && this.tail.order > task.order ? this.olderThan(task) : this.tail;
    const next = older === undefined ? this.head : older.next;
    task.bucket = this;
    task.previous = older;
    task.next = next;
    if (older === undefined) this.head = task;
    else older.next = task;
    if (next === undefined) this.tail = task;
    else {
      next.previous = task;
      this.returned = task;
    }
    this.size += 1;
  }

  remove(task: Task): void {
    const { previous, next } = task;
    if (this.returned === task) this.returned = previous;
    if (previous === undefined) this.head = next;
    else previous.next = next;
    if (next === undefined) this.tail = previous;
    else next.previous = previous;
    task.bucket = task.previous = task.next = undefined;
    this.size -= 1;
  }

  *[Symbol.iterator](): Generator<Task> {
    for (let task = this.head; task !== undefined; task = task.next) yield task;
  }

  /** The youngest task here that is older than `task`. */
  private olderThan(task: Task): Task | undefined {
    let at = this.returned ?? this.head;
    while (at !== undefined && at.order > task.order) at = at.previous;
    if (at === undefined) return undefined;
    while (at.next !== undefined && at.next.order < task.order) at = at.next;
    return at;
  }
}
