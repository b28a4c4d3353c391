import { BatchReader } from './batch-reader.js';
import { BatchWriter } from './batch-writer.js';

/** Offsets at the start of the records that carry a lease. */
const field = { epoch: 16, attempt: 20, slot: 24 };

/** Bytes of a lease in a record. */
export const LEASE_BYTES = 28;

/** What the holder of a lease says to prove it, beside the task's id. */
export interface LeaseNumbers {
  /** The balancer's epoch in which the attempt was dispatched. */
  readonly epoch: number;
  /** The attempt, counted from 1. */
  readonly attempt: number;
  /** Where the balancer keeps the task: its own hint, which it checks; given back as it came. */
  readonly slot: number;
}

/** Writes records that begin with a lease. */
export abstract class LeaseWriter extends BatchWriter {
  protected putLease(at: number, idView: DataView, idOffset: number, held: LeaseNumbers): void {
    this.putId(at, idView, idOffset);
    this.view.setUint32(at + field.epoch, held.epoch, true);
    this.view.setUint32(at + field.attempt, held.attempt, true);
    this.view.setUint32(at + field.slot, held.slot, true);
  }
}

/** Reads records that begin with a lease. */
export abstract class LeaseReader extends BatchReader implements LeaseNumbers {
  get epoch(): number {
    return this.view.getUint32(this.record + field.epoch, true);
  }

  get attempt(): number {
    return this.view.getUint32(this.record + field.attempt, true);
  }

  get slot(): number {
    return this.view.getUint32(this.record + field.slot, true);
  }
}
