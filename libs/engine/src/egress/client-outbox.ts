import {
  AcceptedWriter,
  ResultWriter,
  type Admission,
  type Durability,
  type ErrorCode,
  type ResultRecord,
} from '@penstock/protocol';
import { SessionOutbox } from './session-outbox.js';

/** What goes out to a client: acknowledgements before results, since a task is accepted before it ends. */
export class ClientOutbox extends SessionOutbox {
  private readonly acknowledgements = new AcceptedWriter();
  private readonly results = new ResultWriter();

  accepted(
    idView: DataView,
    idOffset: number,
    status: Admission,
    durability: Durability,
    refusal?: { code: ErrorCode; message: string },
  ): void {
    this.prepare(this.acknowledgements, 0);
    this.acknowledgements.add(idView, idOffset, status, durability, refusal);
  }

  result(idView: DataView, idOffset: number, result: ResultRecord): void {
    if (this.results.mustTakeBefore(result.payload.length)) this.flushBatches();
    this.prepare(this.results, result.payload.length);
    this.results.add(idView, idOffset, result);
  }

  protected flushBatches(): void {
    this.flushWriter(this.acknowledgements);
    this.flushWriter(this.results);
  }
}
