import { Kind } from '../frame.js';
import type { RecordShape } from './batch-reader.js';
import { LeaseReader, LeaseWriter, type LeaseNumbers } from './lease.js';

const field = { verdict: 28 };
const WIDTH = 32;
const shape: RecordShape = { kind: Kind.settled, width: WIDTH, strings: [] };

/** What the balancer did with an outcome. Either way the hub may forget it. */
export const Verdict = {
  /** It is the task's outcome. */
  accepted: 0,
  /** The sender did not hold the lease (any more): it changed nothing. */
  refused: 1,
} as const;
export type Verdict = (typeof Verdict)[keyof typeof Verdict];

/** Packs "this outcome is dealt with, forget it": balancer → hub. */
export class SettledWriter extends LeaseWriter {
  constructor() {
    super(Kind.settled, WIDTH);
  }

  add(idView: DataView, idOffset: number, held: LeaseNumbers, verdict: Verdict): void {
    const at = this.nextRecord();
    this.putLease(at, idView, idOffset, held);
    this.view.setUint32(at + field.verdict, verdict, true);
  }
}

/** Walks "this outcome is dealt with, forget it". */
export class SettledReader extends LeaseReader {
  constructor() {
    super(shape);
  }

  /** As sent; a receiver checks it. */
  get verdict(): number {
    return this.view.getUint32(this.record + field.verdict, true);
  }
}
