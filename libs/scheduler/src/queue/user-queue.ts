import type { Task } from '../task.js';
import { Bucket } from './bucket.js';
import { IndexedHeap, type HeapElement } from './indexed-heap.js';
import type { Lane } from './lane.js';
import type { User } from './user.js';

/** Priorities of one queue that are told apart by looking at each. */
const SEARCHED_BUCKETS_MAX = 4;

/** What one user has waiting in one lane: higher priority first, then age. It stands in its lane's heap of users. */
export class UserQueue implements HeapElement {
  heapIndex = -1;
  private readonly buckets = new IndexedHeap<Bucket>(goesBefore);
  /** Only where there are so many that searching them would cost more; most users have one priority. */
  private byPriority: Map<number, Bucket> | undefined = undefined;

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
    let bucket = this.find(task.priority);
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
    this.buckets.add(bucket);
    if (this.byPriority !== undefined) this.byPriority.set(bucket.priority, bucket);
    else if (this.buckets.size > SEARCHED_BUCKETS_MAX) {
      this.byPriority = new Map([...this.buckets].map((each) => [each.priority, each]));
    }
  }

  /** Gives up a bucket. */
  drop(bucket: Bucket): void {
    this.buckets.remove(bucket);
    this.byPriority?.delete(bucket.priority);
  }

  *[Symbol.iterator](): Generator<Task> {
    for (const bucket of this.buckets) yield* bucket;
  }

  private find(priority: number): Bucket | undefined {
    if (this.byPriority !== undefined) return this.byPriority.get(priority);
    for (const bucket of this.buckets) if (bucket.priority === priority) return bucket;
    return undefined;
  }
}

function goesBefore(a: Bucket, b: Bucket): boolean {
  return a.priority > b.priority;
}
