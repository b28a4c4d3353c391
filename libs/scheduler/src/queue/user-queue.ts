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
  /** All that waits here, where it has one priority, as nearly always: a heap for that would be three objects more to touch. */
  private single: Bucket | undefined = undefined;
  /** Otherwise; until nothing waits. */
  private several: IndexedHeap<Bucket> | undefined = undefined;
  /** Only where there are so many that searching them would cost more. */
  private byPriority: Map<number, Bucket> | undefined = undefined;

  constructor(
    readonly user: User,
    readonly lane: Lane,
  ) {}

  get isEmpty(): boolean {
    return this.single === undefined && this.several === undefined;
  }

  /** The task that goes first. */
  get first(): Task | undefined {
    return (this.single ?? this.several?.top)?.head;
  }

  /** Tasks that wait here. */
  get size(): number {
    let size = 0;
    for (const bucket of this.buckets()) size += bucket.size;
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
    return [...this.buckets()].filter((bucket) => bucket.priority >= cut);
  }

  /** Takes over a bucket, with all that is in it, at a cost that does not depend on how much that is. */
  take(bucket: Bucket): void {
    bucket.queue = this;
    if (this.isEmpty) {
      this.single = bucket;
      return;
    }
    const several = this.ensureSeveral();
    several.add(bucket);
    if (this.byPriority !== undefined) this.byPriority.set(bucket.priority, bucket);
    else if (several.size > SEARCHED_BUCKETS_MAX) {
      this.byPriority = new Map([...several].map((each) => [each.priority, each]));
    }
  }

  /** Gives up a bucket. */
  drop(bucket: Bucket): void {
    if (bucket === this.single) {
      this.single = undefined;
      return;
    }
    this.several?.remove(bucket);
    this.byPriority?.delete(bucket.priority);
    if (this.several?.size === 0) this.several = this.byPriority = undefined;
  }

  *[Symbol.iterator](): Generator<Task> {
    for (const bucket of this.buckets()) yield* bucket;
  }

  private find(priority: number): Bucket | undefined {
    const { single, several, byPriority } = this;
    if (single !== undefined) return single.priority === priority ? single : undefined;
    if (several === undefined) return undefined;
    if (byPriority !== undefined) return byPriority.get(priority);
    for (const bucket of several) if (bucket.priority === priority) return bucket;
    return undefined;
  }

  private ensureSeveral(): IndexedHeap<Bucket> {
    if (this.several !== undefined) return this.several;
    this.several = new IndexedHeap(goesBefore);
    if (this.single !== undefined) this.several.add(this.single);
    this.single = undefined;
    return this.several;
  }

  private buckets(): Iterable<Bucket> {
    return this.single === undefined ? (this.several ?? []) : [this.single];
  }
}

function goesBefore(a: Bucket, b: Bucket): boolean {
  return a.priority > b.priority;
}
