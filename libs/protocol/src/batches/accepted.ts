import type { ErrorCode } from '../errors.js';
import { Kind } from '../frame.js';
import { BatchReader, type RecordShape } from './batch-reader.js';
import { BatchWriter } from './batch-writer.js';

const field = { status: 16, durability: 17, code: 18, message: 20, retryAfter: 22 };
const WIDTH = 24;
const RETRY_AFTER_UNIT_MS = 100;
const RETRY_AFTER_MAX = 0xffff;
const shape: RecordShape = { kind: Kind.accepted, width: WIDTH, strings: [field.code, field.message] };

/** What became of a handed-in task. */
export const Admission = {
  /** The balancer has it. */
  accepted: 0,
  /**
   * It had it already: the same task, handed in again. With a message, which is the id of another task: that one has
   * the idempotency key of this one, which was not taken.
   */
  known: 1,
  /** It does not take it; code and message say why. */
  refused: 2,
} as const;
export type Admission = (typeof Admission)[keyof typeof Admission];

/** What an accepted task survives. */
export const Durability = {
  /** The loss of workers and hubs, not of the balancer. */
  memory: 0,
  /** The loss of the balancer as well: the task is on its disk. */
  disk: 1,
} as const;
export type Durability = (typeof Durability)[keyof typeof Durability];

/** What is said beside the verdict. */
export interface AdmissionDetail {
  /** Why a task was refused. */
  readonly code?: ErrorCode;
  /** Why it was refused, or the id of the task that has the key. */
  readonly message?: string;
  /** When it may be handed in again, in milliseconds; told in steps of 100 ms, at most 6,553,500. Absent = no advice. */
  readonly retryAfterMs?: number;
}

/** Packs acknowledgements of handed-in tasks: balancer → client. */
export class AcceptedWriter extends BatchWriter {
  constructor() {
    super(Kind.accepted, WIDTH);
  }

  add(
    idView: DataView,
    idOffset: number,
    status: Admission,
    durability: Durability,
    detail?: AdmissionDetail,
  ): void {
    const at = this.nextRecord();
    this.putId(at, idView, idOffset);
    const { view } = this;
    view.setUint8(at + field.status, status);
    view.setUint8(at + field.durability, durability);
    view.setUint16(at + field.code, this.string(detail?.code), true);
    view.setUint16(at + field.message, this.string(detail?.message), true);
    view.setUint16(at + field.retryAfter, retryAfterOf(detail?.retryAfterMs), true);
  }
}

/** Walks acknowledgements of handed-in tasks. */
export class AcceptedReader extends BatchReader {
  constructor() {
    super(shape);
  }

  get status(): number {
    return this.view.getUint8(this.record + field.status);
  }

  get durability(): number {
    return this.view.getUint8(this.record + field.durability);
  }

  get code(): string | undefined {
    return this.stringAt(field.code);
  }

  get message(): string | undefined {
    return this.stringAt(field.message);
  }
  /** When a refused task may be handed in again, in milliseconds; 0 = no advice. */
  get retryAfterMs(): number {
    return this.view.getUint16(this.record + field.retryAfter, true) * RETRY_AFTER_UNIT_MS;
  }
}

/** Milliseconds in units of the wire, rounded up: 0 would be no advice. */
function retryAfterOf(ms = 0): number {
  return Math.min(RETRY_AFTER_MAX, Math.ceil(ms / RETRY_AFTER_UNIT_MS));
}
