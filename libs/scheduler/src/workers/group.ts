import type { HeapElement } from '../queue/indexed-heap.js';
import { Timeline } from '../timeline.js';
import type { Hub } from './hub.js';
import type { WorkerClass } from './worker-class.js';

/** The workers of one band and task set in one hub. The hub owns the slots; we only count what it wants in hand. */
export class Group implements HeapElement {
  heapIndex = -1;
  /** Attempts that the hub wants in hand at most: its credit. */
  window = 0;
  /** Sequence number of the latest credit; an older one is ignored. */
  creditSequence = -1;
  /** What the group holds, in order of dispatch. */
  readonly leases = new Timeline();

  constructor(
    readonly hub: Hub,
    /** Its index in the hub's hello. */
    readonly index: number,
    public workerClass: WorkerClass,
  ) {}

  /** Attempts that may still be handed to it. */
  get free(): number {
    return Math.max(0, this.window - this.leases.size);
  }

  /** The largest share of free credit first, then the least busy machine in steps of 10 %, then the longest known. */
  goesBefore(other: Group): boolean {
    const share = this.free * other.window;
    const otherShare = other.free * this.window;
    if (share !== otherShare) return share > otherShare;
    if (this.hub.cpuStep !== other.hub.cpuStep) return this.hub.cpuStep < other.hub.cpuStep;
    if (this.hub.arrival !== other.hub.arrival) return this.hub.arrival < other.hub.arrival;
    return this.index < other.index;
  }
}
