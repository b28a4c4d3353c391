import { Kind } from '../frame.js';
import { BatchReader, type RecordShape } from './batch-reader.js';
import { BatchWriter, type Bytes } from './batch-writer.js';
import type { OutcomeStatus } from './outcome.js';

const field = {
  attempt: 16,
  status: 20,
  contentType: 21,
  worker: 22,
  waitMs: 24,
  runMs: 32,
  payload: 40,
  reserved: 44,
};
const WIDTH = 48;
const shape: RecordShape = {
  kind: Kind.result,
  width: WIDTH,
  payloadLength: field.payload,
  strings: [field.worker],
};

/** How a task ended, as its client is told. */
export interface ResultRecord {
  /** The attempt that ended it, from 1; 0 = it never ran. */
  readonly attempt: number;
  readonly status: OutcomeStatus;
  readonly contentType: number;
  /** The worker that ran the attempt; absent = none did. */
  readonly worker: string | undefined;
  /** From acceptance to the last dispatch, in milliseconds. */
  readonly waitMs: number;
  /** How long the handler ran, in milliseconds. */
  readonly runMs: number;
  readonly payload: Bytes;
}

/** Packs ends of tasks: balancer → client. */
export class ResultWriter extends BatchWriter {
  constructor() {
    super(Kind.result, WIDTH);
  }

  add(idView: DataView, idOffset: number, result: ResultRecord): void {
    const at = this.nextRecord();
    this.putId(at, idView, idOffset);
    const { view } = this;
    view.setUint32(at + field.attempt, result.attempt, true);
    view.setUint8(at + field.status, result.status);
    view.setUint8(at + field.contentType, result.contentType);
    view.setUint16(at + field.worker, this.string(result.worker), true);
    view.setFloat64(at + field.waitMs, result.waitMs, true);
    view.setFloat64(at + field.runMs, result.runMs, true);
    view.setUint32(at + field.payload, result.payload.length, true);
    view.setUint32(at + field.reserved, 0, true);
    this.putPayload(result.payload);
  }
}

/** Walks ends of tasks. */
export class ResultReader extends BatchReader {
  constructor() {
    super(shape);
  }

  get attempt(): number {
    return this.view.getUint32(this.record + field.attempt, true);
  }

  /** As sent; a receiver checks it. */
  get status(): number {
    return this.view.getUint8(this.record + field.status);
  }

  get contentType(): number {
    return this.view.getUint8(this.record + field.contentType);
  }

  get worker(): string | undefined {
    return this.stringAt(field.worker);
  }

  get waitMs(): number {
    return this.view.getFloat64(this.record + field.waitMs, true);
  }

  get runMs(): number {
    return this.view.getFloat64(this.record + field.runMs, true);
  }
}
