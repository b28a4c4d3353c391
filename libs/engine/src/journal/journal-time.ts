import type { Boot, Clock } from '@penstock/runtime';
import type { BootRecord } from './boot-entry.js';
import type { Stamp } from './stamp.js';

/**
 * The time in which the journal tells when things were. It begins as that of the wall clock; from then on it goes on as the
 * machine's monotonic clock does, whatever becomes of the wall clock and of the balancer. Where that clock has begun anew,
 * since the machine has, or is another one, the journal's time goes on as the wall clock did, but never back.
 */
export class JournalTime {
  private shiftMs: number;

  /** @param boot the machine's run; `undefined` = unknown, and taken for another one each time */
  constructor(
    private readonly clock: Clock,
    private readonly boot: Boot | undefined,
  ) {
    this.shiftMs = clock.wallMs() - clock.monotonicMs();
  }

  /** What a monotonic time lacks to one of the journal. */
  get shift(): number {
    return this.shiftMs;
  }

  /** What is to be known on this run of the machine, should another balancer go on with the journal. */
  get bootRecord(): BootRecord | undefined {
    const { boot } = this;
    return boot && { id: boot.id, shiftMs: this.shiftMs - boot.offsetMs };
  }

  /** The journal goes on after its last entry. @param told what the last record of a machine's run in it says */
  resume(last: Stamp, told: BootRecord | undefined): void {
    const { clock, boot } = this;
    const sinceMs =
      boot !== undefined && boot.id === told?.id
        ? clock.monotonicMs() + boot.offsetMs + told.shiftMs - last.atMs
        : clock.wallMs() - last.wallMs;
    this.shiftMs = last.atMs + Math.max(0, sinceMs) - clock.monotonicMs();
  }

  /** What is written now. */
  stamp(): Stamp {
    const { clock } = this;
    return { atMs: clock.monotonicMs() + this.shiftMs, wallMs: clock.wallMs() };
  }
}
