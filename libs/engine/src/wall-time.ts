import type { Clock } from '@penstock/runtime';

/** Times of day. A step of the wall clock shifts what is shown and what the journal is told, and nothing else. */
export class WallTime {
  constructor(private readonly clock: Clock) {}

  /** Milliseconds since 1970, now. */
  wallMs(): number {
    return this.clock.wallMs();
  }

  /** What a monotonic time lacks to one of the wall clock, as that is now. */
  shift(): number {
    return this.clock.wallMs() - this.clock.monotonicMs();
  }

  /** Milliseconds since 1970 of a monotonic time, by the wall clock as it is now. */
  of(monotonicMs: number): number {
    return Math.round(monotonicMs + this.shift());
  }
}
