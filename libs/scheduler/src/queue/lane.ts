import type { Task } from '../task.js';
import type { WorkerClass } from '../workers/worker-class.js';
import type { Segment } from './segment.js';
import type { TaskName } from './task-name.js';
import type { User } from './user.js';
import { UserHeap } from './user-heap.js';
import { UserQueue } from './user-queue.js';

/**
 * Everything that waits under one name within one segment of priorities. Any worker class reads all of a lane or none
 * of it, so a pick looks at the first user of each lane and never at a single task that it may not take.
 */
export class Lane {
  /** Classes whose workers may take from here. */
  readonly readers: WorkerClass[] = [];
  private readonly users = new UserHeap();
  private readonly byUser = new Map<User, UserQueue>();

  constructor(
    readonly name: TaskName,
    readonly segment: Segment,
  ) {}

  get isEmpty(): boolean {
    return this.users.size === 0;
  }

  /** The queue of the user whose turn it is. */
  get first(): UserQueue | undefined {
    return this.users.top;
  }

  add(task: Task): void {
    this.queueOf(task.user).add(task);
  }

  /** Removes a task that waits here. */
  remove(task: Task, queue: UserQueue): void {
    if (task.bucket !== undefined) queue.remove(task, task.bucket);
    this.dropIfEmpty(queue);
  }

  /** Puts a user where it belongs after its running count or its last service has changed. */
  rerank(queue: UserQueue): void {
    this.users.update(queue);
  }

  /** Moves to `upper` whatever has a priority of at least `cut`: by the bucket, whatever the number of tasks. */
  moveFrom(cut: number, upper: Lane): void {
    for (const queue of [...this.users]) {
      const buckets = queue.bucketsFrom(cut);
      if (buckets.length === 0) continue;
      const target = upper.queueOf(queue.user);
      for (const bucket of buckets) {
        queue.drop(bucket);
        target.take(bucket);
      }
      this.dropIfEmpty(queue);
    }
  }

  /** Queues of all users that wait here, in no particular order. */
  [Symbol.iterator](): IterableIterator<UserQueue> {
    return this.users[Symbol.iterator]();
  }

  private queueOf(user: User): UserQueue {
    let queue = this.byUser.get(user);
    if (queue === undefined) {
      queue = new UserQueue(user, this);
      this.byUser.set(user, queue);
      user.queues.push(queue);
      this.users.add(queue);
    }
    return queue;
  }

  private dropIfEmpty(queue: UserQueue): void {
    if (!queue.isEmpty) return;
    this.users.remove(queue);
    this.byUser.delete(queue.user);
    const { queues } = queue.user;
    const last = queues.pop();
    if (last !== undefined && last !== queue) queues[queues.indexOf(queue)] = last;
  }
}
