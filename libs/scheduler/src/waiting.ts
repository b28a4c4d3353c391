import type { DueTimes } from './delivery/due-times.js';
import { IndexedHeap } from './queue/indexed-heap.js';
import type { Lanes } from './queue/lanes.js';
import type { Users } from './queue/users.js';
import { transition, type Task } from './task.js';

/**
 * All that waits: queued in its lane until a group takes it, or delayed until its time has come. Both count the same
 * for users and bounds.
 */
export class Waiting {
  /** Tasks that wait, delayed ones included. */
  count = 0;
  private readonly held = new IndexedHeap<Task>(wakesBefore);

  constructor(
    private readonly lanes: Lanes,
    private readonly users: Users,
    private readonly dues: DueTimes,
  ) {}

  /** Tasks that are held back. */
  get delayed(): number {
    return this.held.size;
  }

  /** When the first delayed task is to be queued. */
  get nextWake(): number | undefined {
    return this.held.top?.story?.notBefore;
  }

  /** Queues a task that is in state `queued`, by its age. */
  queue(task: Task): void {
    this.count += 1;
    this.users.count(task.user, 1, 0);
    this.enter(task);
    if (task.story !== undefined) this.dues.update(task.story);
  }

  /** Holds back a task that is in state `delayed`. */
  hold(task: Task, notBefore: number): void {
    this.count += 1;
    this.users.count(task.user, 1, 0);
    const story = task.ensureStory();
    story.notBefore = notBefore;
    this.dues.adopt(story);
    task.name.delayed += 1;
    this.held.add(task);
    this.dues.update(story);
  }

  /** Takes out a task that waits. */
  remove(task: Task): void {
    if (task.state === 'delayed') this.letGo(task);
    else this.leave(task);
    this.count -= 1;
    this.users.count(task.user, -1, 0);
  }

  /** Queues the first delayed task if its time has come. */
  wake(now: number): Task | undefined {
    const task = this.held.top;
    if (task?.story === undefined || task.story.notBefore > now) return undefined;
    this.letGo(task);
    transition(task, 'queued');
    this.enter(task);
    return task;
  }

  private enter(task: Task): void {
    task.name.add(task);
    this.lanes.add(task);
  }

  private leave(task: Task): void {
    this.lanes.remove(task);
    task.name.remove(task);
  }

  private letGo(task: Task): void {
    this.held.remove(task);
    task.name.delayed -= 1;
  }
}

function wakesBefore({ story: a, order: orderOfA }: Task, { story: b, order: orderOfB }: Task): boolean {
  if (a === undefined || b === undefined || a.notBefore === b.notBefore) return orderOfA < orderOfB;
  return a.notBefore < b.notBefore;
}
