import type { UserQueue } from './user-queue.js';

/** Whoever tasks are for: the unit of fairness and of the quota. */
export class User {
  /** Tasks that wait, in all lanes. */
  queued = 0;
  /** Tasks that are leased to hubs, in all lanes: the first thing that fairness looks at. */
  running = 0;
  /** Rises with each dispatch; of two users with as many running tasks, the one served longer ago goes first. */
  lastServed = 0;
  /** One for each lane in which the user has something waiting. */
  readonly queues: UserQueue[] = [];

  constructor(
    readonly id: string,
    /** Order of arrival, the last tie-break. */
    readonly arrival: number,
  ) {}

  /** Whether this user has nothing here that needs to be remembered. */
  get isIdle(): boolean {
    return this.queued === 0 && this.running === 0;
  }

  /** The rule of fairness: fewest running tasks, then served longest ago, then first come. */
  goesBefore(other: User): boolean {
    if (this.running !== other.running) return this.running < other.running;
    if (this.lastServed !== other.lastServed) return this.lastServed < other.lastServed;
    return this.arrival < other.arrival;
  }
}
