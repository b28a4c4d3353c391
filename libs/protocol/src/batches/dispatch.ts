import { Kind } from '../frame.js';
import type { RecordShape } from './batch-reader.js';
import type { Bytes } from './batch-writer.js';
import { LeaseReader, LeaseWriter, type LeaseNumbers } from './lease.js';

const field = {
  group: 28,
  name: 30,
  user: 32,
  contentType: 34,
  reserved: 35,
  options: 36,
  reservedMiddle: 38,
  priority: 40,
  payload: 48,
  reservedEnd: 52,
};
const WIDTH = 56;
const shape: RecordShape = {
  kind: Kind.dispatch,
  width: WIDTH,
  payloadLength: field.payload,
  optionsLength: field.options,
  strings: [field.name, field.user],
};

/** One attempt at a task as the balancer hands it to a group of a hub. */
export interface DispatchRecord {
  /** The group's index in the hub's hello. */
  readonly group: number;
  readonly name: string;
  readonly userId: string;
  readonly priority: number;
  /** As the client sent it. */
  readonly contentType: number;
  readonly payload: Bytes;
  readonly options: Bytes;
}

/** Packs attempts to run: balancer → hub, and hub → worker. */
export class DispatchWriter extends LeaseWriter {
  constructor() {
    super(Kind.dispatch, WIDTH);
  }

  add(idView: DataView, idOffset: number, held: LeaseNumbers, task: DispatchRecord): void {
    const at = this.nextRecord();
    this.putLease(at, idView, idOffset, held);
    const { view } = this;
    view.setUint16(at + field.group, task.group, true);
    view.setUint16(at + field.name, this.string(task.name), true);
    view.setUint16(at + field.user, this.string(task.userId), true);
    view.setUint8(at + field.contentType, task.contentType);
    view.setUint8(at + field.reserved, 0);
    view.setUint16(at + field.options, task.options.length, true);
    view.setUint16(at + field.reservedMiddle, 0, true);
    view.setFloat64(at + field.priority, task.priority, true);
    view.setUint32(at + field.payload, task.payload.length, true);
    view.setUint32(at + field.reservedEnd, 0, true);
    this.putBody(task.options);
    this.putPayload(task.payload);
  }
}

/** Walks attempts to run. */
export class DispatchReader extends LeaseReader {
  constructor() {
    super(shape);
  }

  get group(): number {
    return this.view.getUint16(this.record + field.group, true);
  }

  get name(): string {
    return this.stringAt(field.name) ?? '';
  }

  get userId(): string {
    return this.stringAt(field.user) ?? '';
  }

  get contentType(): number {
    return this.view.getUint8(this.record + field.contentType);
  }

  get priority(): number {
    return this.view.getFloat64(this.record + field.priority, true);
  }
}
