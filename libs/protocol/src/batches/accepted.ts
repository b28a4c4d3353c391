import type { ErrorCode } from '../errors.js';
import { Kind } from '../frame.js';
import { BatchReader, type RecordShape } from './batch-reader.js';
import { BatchWriter } from './batch-writer.js';

const field = { status: 16, durability: 17, code: 18, message: 20, reserved: 22 };
const WIDTH = 24;
const shape: RecordShape = { kind: Kind.accepted, width: WIDTH, strings: [field.code, field.message] };

/** What became of a handed-in task. */
export const Admission = {
  /** The balancer has it. */
  accepted: 0,
  /** It had it already: the same task, handed in again. */
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
    refusal?: { code: ErrorCode; message: string },
  ): void {
    const at = this.nextRecord();
    this.putId(at, idView, idOffset);
    const { view } = this;
    view.setUint8(at + field.status, status);
    view.setUint8(at + field.durability, durability);
    view.setUint16(at + field.code, this.string(refusal?.code), true);
    view.setUint16(at + field.message, this.string(refusal?.message), true);
    view.setUint16(at + field.reserved, 0, true);
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
}
