import {
  DispatchWriter,
  SettledWriter,
  type DispatchRecord,
  type LeaseNumbers,
  type Verdict,
} from '@penstock/protocol';
import { SessionOutbox } from './session-outbox.js';

/** Batches for a hub that go out together. */
class HubBatches {
  readonly dispatches = new DispatchWriter();
  readonly settlements = new SettledWriter();
}

/**
 * What goes out to a hub. Attempts go out at once, but for those of tasks that may start only once: they wait for the record
 * of it. A hub may forget an outcome when the disk has it.
 */
export class HubOutbox extends SessionOutbox {
  private readonly atOnce = new HubBatches();
  private readonly kept = new HubBatches();

  dispatch(
    idView: DataView,
    idOffset: number,
    lease: LeaseNumbers,
    task: DispatchRecord,
    isKept: boolean,
  ): void {
    const { dispatches } = isKept ? this.kept : this.atOnce;
    this.prepare(dispatches, task.payload.length, isKept);
    dispatches.add(idView, idOffset, lease, task);
  }

  settled(idView: DataView, idOffset: number, lease: LeaseNumbers, verdict: Verdict, isKept: boolean): void {
    const { settlements } = isKept ? this.kept : this.atOnce;
    this.prepare(settlements, 0, isKept);
    settlements.add(idView, idOffset, lease, verdict);
  }

  protected flushBatches(): void {
    this.flushWriter(this.atOnce.dispatches, false);
    this.flushWriter(this.atOnce.settlements, false);
    this.flushWriter(this.kept.dispatches, true);
    this.flushWriter(this.kept.settlements, true);
  }
}
