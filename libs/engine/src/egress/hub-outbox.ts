import {
  DispatchWriter,
  SettledWriter,
  type DispatchRecord,
  type LeaseNumbers,
  type Verdict,
} from '@penstock/protocol';
import { SessionOutbox } from './session-outbox.js';

/** What goes out to a hub. */
export class HubOutbox extends SessionOutbox {
  private readonly dispatches = new DispatchWriter();
  private readonly settlements = new SettledWriter();

  dispatch(idView: DataView, idOffset: number, lease: LeaseNumbers, task: DispatchRecord): void {
    this.prepare(this.dispatches, task.payload.length);
    this.dispatches.add(idView, idOffset, lease, task);
  }

  settled(idView: DataView, idOffset: number, lease: LeaseNumbers, verdict: Verdict): void {
    this.prepare(this.settlements, 0);
    this.settlements.add(idView, idOffset, lease, verdict);
  }

  protected flushBatches(): void {
    this.flushWriter(this.dispatches);
    this.flushWriter(this.settlements);
  }
}
