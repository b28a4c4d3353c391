import type { Task } from '../task.js';
import { Timeline } from '../timeline.js';
import { IndexedHeap } from './indexed-heap.js';

/** A task name that is in use, with its queued tasks of all lanes by age: how long the oldest waits. */
export class TaskName {
  /** Its running tasks. */
  running = 0;
  /** Worker classes that know the name. */
  knownBy = 0;
  /** Its delayed tasks. */
  delayed = 0;
  /** In the order of age, which is nearly always that of arrival. */
  private readonly fresh = new Timeline();
  /** Queued again, each with the age it always had. */
  private readonly returned = new IndexedHeap<Task>(isOlder);
  /** Those whose time in the queue is not the one of all others. */
  private readonly timed = new IndexedHeap<Task>(isOlder);

  constructor(readonly text: string) {}

  /** Whether nothing here needs to be remembered. */
  get isIdle(): boolean {
    return this.queued === 0 && this.running === 0 && this.knownBy === 0;
  }

  /** Tasks that wait, delayed ones included. */
  get queued(): number {
    return this.fresh.size + this.returned.size + this.timed.size + this.delayed;
  }

  /** The queued task that was submitted first; delayed ones do not count. */
  get oldest(): Task | undefined {
    return older(this.oldestUntimed, this.timed.top);
  }

  /** The same of those that have the usual time in the queue. */
  get oldestUntimed(): Task | undefined {
    return older(this.fresh.head, this.returned.top);
  }

  add(task: Task): void {
    const { last } = this.fresh;
    if (task.story?.hasOwnTtl === true) this.timed.add(task);
    else if (last === undefined || last.order < task.order) this.fresh.append(task);
    else this.returned.add(task);
  }

  remove(task: Task): void {
    if (task.timeline === this.fresh) this.fresh.remove(task);
    else if (task.story?.hasOwnTtl === true) this.timed.remove(task);
    else this.returned.remove(task);
  }
}

function isOlder(a: Task, b: Task): boolean {
  return a.order < b.order;
}

function older(a: Task | undefined, b: Task | undefined): Task | undefined {
  if (a === undefined || b === undefined) return a ?? b;
  return a.order < b.order ? a : b;
}
