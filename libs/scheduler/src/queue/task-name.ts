import type { Task } from '../task.js';
import { Timeline } from '../timeline.js';
import { IndexedHeap } from './indexed-heap.js';

/** A task name that is in use, with its queued tasks of all lanes by age: how long the oldest waits. */
export class TaskName {
  /** Its running tasks. */
  running = 0;
  /** Worker classes that know the name. */
  knownBy = 0;
  /** Queued for the first time: the order of arrival is the order of age. */
  private readonly fresh = new Timeline();
  /** Queued again, each with the age it always had. */
  private readonly returned = new IndexedHeap<Task>((a, b) => a.order < b.order);

  constructor(readonly text: string) {}

  /** Whether nothing here needs to be remembered. */
  get isIdle(): boolean {
    return this.queued === 0 && this.running === 0 && this.knownBy === 0;
  }

  get queued(): number {
    return this.fresh.size + this.returned.size;
  }

  /** The queued task that was submitted first. */
  get oldest(): Task | undefined {
    const fresh = this.fresh.head;
    const returned = this.returned.top;
    if (fresh === undefined || returned === undefined) return fresh ?? returned;
    return fresh.order < returned.order ? fresh : returned;
  }

  addFresh(task: Task): void {
    this.fresh.append(task);
  }

  addReturned(task: Task): void {
    this.returned.add(task);
  }

  remove(task: Task): void {
    if (task.timeline === this.fresh) this.fresh.remove(task);
    else this.returned.remove(task);
  }
}
