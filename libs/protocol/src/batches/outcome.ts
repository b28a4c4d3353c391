import { Kind } from '../frame.js';
import type { RecordShape } from './batch-reader.js';
import type { Bytes } from './batch-writer.js';
import { LeaseReader, LeaseWriter, type LeaseNumbers } from './lease.js';

const field = { status: 28, contentType: 29, worker: 30, runMs: 32, payload: 40, flags: 44 };
const WIDTH = 48;
const shape: RecordShape = {
  kind: Kind.outcome,
  width: WIDTH,
  payloadLength: field.payload,
  strings: [field.worker],
};

/** How an attempt, or a task, ended. `expired` is only ever said of a task. */
export const OutcomeStatus = {
  /** The payload is what the handler returned. */
  done: 0,
  /** The payload is a JSON {@link FailureReport}. */
  failed: 1,
  /** The handler has ended, or its process is dead. */
  cancelled: 2,
  /** It waited in the queue for longer than it may. */
  expired: 3,
} as const;
export type OutcomeStatus = (typeof OutcomeStatus)[keyof typeof OutcomeStatus];

/** Names of the statuses by number. */
export const outcomeStatusNames = ['done', 'failed', 'cancelled', 'expired'] as const;

/** What else is said of an outcome: bits of its flags. A receiver ignores bits that it does not know. */
export const OutcomeFlag = {
  /** The error said that another attempt would fail as well. */
  notRetryable: 1,
  /** The handler took longer than an attempt may. */
  timedOut: 2,
} as const;

/** What is told of a failure: the payload of a `failed` outcome or result. */
export interface FailureReport {
  /** The error's class. */
  readonly name: string;
  readonly message: string;
  readonly stack?: string;
  /**
   * The error's own `code`, where it has one. Penstock itself says `ATTEMPT_TIMEOUT` (by the hub), `WORKER_LOST` and
   * `QUARANTINED` (by the balancer).
   */
  readonly code?: string;
}

/** What is told of a task whose time was over: the payload of an `expired` result. */
export interface ExpiryReport {
  /** Which time: in the queue, or in all. */
  readonly cause: 'queue-ttl' | 'deadline';
  readonly message: string;
}

/** How an attempt ended, as a worker tells it. */
export interface OutcomeRecord {
  readonly status: OutcomeStatus;
  readonly contentType: number;
  readonly worker: string;
  /** How long the handler ran, in milliseconds. */
  readonly runMs: number;
  readonly payload: Bytes;
  /** Bits of {@link OutcomeFlag}; absent = none. */
  readonly flags?: number;
}

/** Packs ends of attempts: worker → hub → balancer. */
export class OutcomeWriter extends LeaseWriter {
  constructor() {
    super(Kind.outcome, WIDTH);
  }

  add(idView: DataView, idOffset: number, held: LeaseNumbers, outcome: OutcomeRecord): void {
    const at = this.nextRecord();
    this.putLease(at, idView, idOffset, held);
    const { view } = this;
    view.setUint8(at + field.status, outcome.status);
    view.setUint8(at + field.contentType, outcome.contentType);
    view.setUint16(at + field.worker, this.string(outcome.worker), true);
    view.setFloat64(at + field.runMs, outcome.runMs, true);
    view.setUint32(at + field.payload, outcome.payload.length, true);
    view.setUint32(at + field.flags, outcome.flags ?? 0, true);
    this.putPayload(outcome.payload);
  }
}

/** Walks ends of attempts. */
export class OutcomeReader extends LeaseReader {
  constructor() {
    super(shape);
  }

  /** As sent; a receiver checks it. */
  get status(): number {
    return this.view.getUint8(this.record + field.status);
  }

  get contentType(): number {
    return this.view.getUint8(this.record + field.contentType);
  }

  get worker(): string {
    return this.stringAt(field.worker) ?? '';
  }

  get runMs(): number {
    return this.view.getFloat64(this.record + field.runMs, true);
  }
  /** Bits of {@link OutcomeFlag}. */
  get flags(): number {
    return this.view.getUint32(this.record + field.flags, true);
  }
}
