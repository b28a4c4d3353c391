import { Kind } from '../frame.js';
import { BatchReader, type RecordShape } from './batch-reader.js';
import { BatchWriter, type Bytes } from './batch-writer.js';
import type { ContentType } from './content-type.js';

const field = {
  name: 16,
  user: 18,
  contentType: 20,
  reserved: 21,
  options: 22,
  priority: 24,
  payload: 32,
  reservedEnd: 36,
};
const WIDTH = 40;
const shape: RecordShape = {
  kind: Kind.submit,
  width: WIDTH,
  payloadLength: field.payload,
  optionsLength: field.options,
  strings: [field.name, field.user],
};

/** One task as a client hands it in. */
export interface SubmitRecord {
  readonly name: string;
  readonly userId: string | undefined;
  /** Finite; higher goes first within its user, and chooses the bands that may run it. */
  readonly priority: number;
  readonly contentType: ContentType;
  readonly payload: Bytes;
  /** An option block as PROTOCOL.md has it. */
  readonly options?: Bytes;
}

/** Packs tasks to hand in: client → balancer. */
export class SubmitWriter extends BatchWriter {
  constructor() {
    super(Kind.submit, WIDTH);
  }

  add(idView: DataView, idOffset: number, task: SubmitRecord): void {
    const at = this.nextRecord();
    this.putId(at, idView, idOffset);
    const { view } = this;
    view.setUint16(at + field.name, this.string(task.name), true);
    view.setUint16(at + field.user, this.string(task.userId), true);
    view.setUint8(at + field.contentType, task.contentType);
    view.setUint8(at + field.reserved, 0);
    view.setUint16(at + field.options, task.options?.length ?? 0, true);
    view.setFloat64(at + field.priority, task.priority, true);
    view.setUint32(at + field.payload, task.payload.length, true);
    view.setUint32(at + field.reservedEnd, 0, true);
    if (task.options !== undefined) this.putBody(task.options);
    this.putPayload(task.payload);
  }
}

/** Walks handed-in tasks. */
export class SubmitReader extends BatchReader {
  constructor() {
    super(shape);
  }

  get name(): string | undefined {
    return this.stringAt(field.name);
  }

  get userId(): string | undefined {
    return this.stringAt(field.user);
  }

  get priority(): number {
    return this.view.getFloat64(this.record + field.priority, true);
  }

  /** As sent: a receiver that gets another number than those of {@link ContentType} passes it on. */
  get contentType(): number {
    return this.view.getUint8(this.record + field.contentType);
  }
}
