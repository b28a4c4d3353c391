import type { Clock } from '@penstock/runtime';

/** Times of day. A step of the wall clock shifts what is shown and nothing else. */
export class WallTime {
  constructor(private readonly clock: Clock) {}

  /** Milliseconds since 1970, now. */
  wallMs(): number {
    return this.clock.wallMs();
  }

  /** Milliseconds since 1970 of a monotonic time, by the wall clock as it is now. */
  of(monotonicMs: number): number {
    return Math.round(this.clock.wallMs() - (this.clock.monotonicMs() - monotonicMs));
  }
}
