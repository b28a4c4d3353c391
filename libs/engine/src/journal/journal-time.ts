import type { Clock } from '@penstock/runtime';
import type { Stamp } from './stamp.js';

/**
 * The time in which the journal tells when things were. It begins as that of the wall clock; while a balancer runs it goes on
 * as the monotonic clock does, whatever becomes of the wall clock; over the time that none ran, it goes on as the wall
 * clock did, but never back. So ages are true but for what was done to the wall clock while nobody was there to see it.
 */
export class JournalTime {
  private shiftMs: number;

  constructor(private readonly clock: Clock) {
    this.shiftMs = clock.wallMs() - clock.monotonicMs();
  }

  /** What a monotonic time lacks to one of the journal. */
  get shift(): number {
    return this.shiftMs;
  }

  /** The journal goes on after its last entry. */
  resume(last: Stamp): void {
    const { clock } = this;
    const downMs = Math.max(0, clock.wallMs() - last.wallMs);
    this.shiftMs = last.atMs + downMs - clock.monotonicMs();
  }

  /** What is written now. */
  stamp(): Stamp {
    const { clock } = this;
    return { atMs: clock.monotonicMs() + this.shiftMs, wallMs: clock.wallMs() };
  }
}
