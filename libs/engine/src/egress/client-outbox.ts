import {
  AcceptedWriter,
  Durability,
  ResultWriter,
  type Admission,
  type AdmissionDetail,
  type ResultRecord,
} from '@penstock/protocol';
import { SessionOutbox } from './session-outbox.js';

/** Batches for a client that go out together: acknowledgements before results, since a task is accepted before it ends. */
class ClientBatches {
  readonly acknowledgements = new AcceptedWriter();
  readonly results = new ResultWriter();
}

/** What goes out to a client: what is said of tasks at level `disk` waits until it is true for good. */
export class ClientOutbox extends SessionOutbox {
  private readonly atOnce = new ClientBatches();
  private readonly kept = new ClientBatches();

  accepted(
    idView: DataView,
    idOffset: number,
    status: Admission,
    durability: Durability,
    detail?: AdmissionDetail,
  ): void {
    const isKept = durability === Durability.disk;
    const { acknowledgements } = isKept ? this.kept : this.atOnce;
    this.prepare(acknowledgements, 0, isKept);
    acknowledgements.add(idView, idOffset, status, durability, detail);
  }

  result(idView: DataView, idOffset: number, result: ResultRecord, isKept: boolean): void {
    const { results } = isKept ? this.kept : this.atOnce;
    if (results.mustTakeBefore(result.payload.length)) this.flushBatches();
    this.prepare(results, result.payload.length, isKept);
    results.add(idView, idOffset, result);
  }

  protected flushBatches(): void {
    this.flushWriter(this.atOnce.acknowledgements, false);
    this.flushWriter(this.atOnce.results, false);
    this.flushWriter(this.kept.acknowledgements, true);
    this.flushWriter(this.kept.results, true);
  }
}
