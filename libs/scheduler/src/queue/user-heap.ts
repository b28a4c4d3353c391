import type { User } from './user.js';
import type { UserQueue } from './user-queue.js';

/**
 * The users who wait in one lane, by whose turn it is. What decides that is copied here, side by side: to look it up
 * user by user costs more than the rest of a dispatch, for with many users hardly any of them is in the processor's cache.
 */
export class UserHeap {
  private readonly queues: UserQueue[] = [];
  /** Of the user at the same index, as they were when {@link update} was called last. */
  private readonly running: number[] = [];
  private readonly lastServed: number[] = [];

  get size(): number {
    return this.queues.length;
  }

  /** The queue of the user whose turn it is. */
  get top(): UserQueue | undefined {
    return this.queues[0];
  }

  /** All queues, in no particular order. */
  [Symbol.iterator](): IterableIterator<UserQueue> {
    return this.queues.values();
  }

  add(queue: UserQueue): void {
    const { user } = queue;
    const index = this.queues.push(queue) - 1;
    this.running.push(user.running);
    this.lastServed.push(user.lastServed);
    queue.heapIndex = index;
    this.rise(queue, user.running, user.lastServed);
  }

  /** Removes a queue of this heap. */
  remove(queue: UserQueue): void {
    const index = queue.heapIndex;
    const last = this.queues.pop() as UserQueue;
    this.running.pop();
    this.lastServed.pop();
    queue.heapIndex = -1;
    if (last === queue) return;
    last.heapIndex = index;
    this.update(last);
  }

  /** Puts a queue where it belongs after its user's rank has changed. */
  update(queue: UserQueue): void {
    const index = queue.heapIndex;
    const { running, lastServed } = queue.user;
    this.rise(queue, running, lastServed);
    if (queue.heapIndex === index) this.sink(queue, running, lastServed);
  }

  private rise(queue: UserQueue, running: number, lastServed: number): void {
    let index = queue.heapIndex;
    while (index > 0) {
      const parent = (index - 1) >> 1;
      if (!this.isBefore(running, lastServed, queue.user, parent)) break;
      this.move(parent, index);
      index = parent;
    }
    this.put(queue, running, lastServed, index);
  }

  private sink(queue: UserQueue, running: number, lastServed: number): void {
    const { length } = this.queues;
    let index = queue.heapIndex;
    for (;;) {
      let child = 2 * index + 1;
      if (child >= length) break;
      if (child + 1 < length && this.goesBefore(child + 1, child)) child += 1;
      if (this.isBefore(running, lastServed, queue.user, child)) break;
      this.move(child, index);
      index = child;
    }
    this.put(queue, running, lastServed, index);
  }

  /** Whether a user of this rank goes before the one at `index`: the rule of {@link User.goesBefore}. */
  private isBefore(running: number, lastServed: number, user: User, index: number): boolean {
    const otherRunning = this.running[index] as number;
    if (running !== otherRunning) return running < otherRunning;
    const otherServed = this.lastServed[index] as number;
    if (lastServed !== otherServed) return lastServed < otherServed;
    return user.arrival < (this.queues[index] as UserQueue).user.arrival;
  }

  private goesBefore(index: number, other: number): boolean {
    const { queues, running, lastServed } = this;
    const queue = queues[index] as UserQueue;
    return this.isBefore(running[index] as number, lastServed[index] as number, queue.user, other);
  }

  private move(from: number, to: number): void {
    this.put(
      this.queues[from] as UserQueue,
      this.running[from] as number,
      this.lastServed[from] as number,
      to,
    );
  }

  private put(queue: UserQueue, running: number, lastServed: number, index: number): void {
    this.queues[index] = queue;
    this.running[index] = running;
    this.lastServed[index] = lastServed;
    queue.heapIndex = index;
  }
}
