import type { Task } from '../task.js';
import { Bucket } from './bucket.js';
import { IndexedHeap, type HeapElement } from './indexed-heap.js';
import type { Lane } from './lane.js';
import type { User } from './user.js';

/** What one user has waiting in one lane: higher priority first, then age. It stands in its lane's heap of users. */
export class UserQueue implements HeapElement {
  heapIndex = -1;
  private readonly buckets = new IndexedHeap<Bucket>((a, b) => a.priority > b.priority);
  private readonly byPriority = new Map<number, Bucket>();

  constructor(
    readonly user: User,
    readonly lane: Lane,
  ) {}

  get isEmpty(): boolean {
    return this.buckets.size === 0;
  }

  /** The task that goes first. */
  get first(): Task | undefined {
    return this.buckets.top?.head;
  }

  /** Tasks that wait here. */
  get size(): number {
    let size = 0;
    for (const bucket of this.buckets) size += bucket.size;
    return size;
  }

  add(task: Task): void {
    let bucket = this.byPriority.get(task.priority);
    if (bucket === undefined) {
      bucket = new Bucket(task.priority, this);
      this.take(bucket);
    }
    bucket.add(task);
  }

  /** Removes a task that waits in `bucket`, one of this queue. */
  remove(task: Task, bucket: Bucket): void {
    bucket.remove(task);
    if (bucket.head === undefined) this.drop(bucket);
  }

  /** Buckets with a priority of at least `cut`. */
  bucketsFrom(cut: number): Bucket[] {
    return [...this.buckets].filter((bucket) => bucket.priority >= cut);
  }

  /** Takes over a bucket, with all that is in it, at a cost that does not depend on how much that is. */
  take(bucket: Bucket): void {
    bucket.queue = this;
    this.byPriority.set(bucket.priority, bucket);
    this.buckets.add(bucket);
  }

  /** Gives up a bucket. */
  drop(bucket: Bucket): void {
    this.buckets.remove(bucket);
    this.byPriority.delete(bucket.priority);
  }

  *[Symbol.iterator](): Generator<Task> {
    for (const bucket of this.buckets) yield* bucket;
  }
}
