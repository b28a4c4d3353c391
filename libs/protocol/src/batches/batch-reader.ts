import { isUtf8 } from 'node:buffer';
import { PenstockError } from '../errors.js';
import {
  FLAG_DETACHED,
  HEAD_BYTES,
  kindNames,
  readHead,
  viewOf,
  type Kind,
  type SessionId,
} from '../frame.js';
import { limits, NO_STRING } from '../limits.js';
import { isRuleTag } from '../rules/rule-tags.js';

/** Where a kind's records keep what a reader must check. All offsets are within the record. */
export interface RecordShape {
  readonly kind: Kind;
  /** Bytes of a record. */
  readonly width: number;
  /** Offset of a u32 payload length; absent = records of this kind have none. */
  readonly payloadLength?: number;
  /** Offset of a u16 option block length; absent = records of this kind have none. */
  readonly optionsLength?: number;
  /** Offsets of u16 indices into the string table. */
  readonly strings: readonly number[];
}

/**
 * Walks the records of one received batch. `open` checks the whole frame, so that what follows cannot fail half-way:
 * every length, every index and every option block is in bounds before the first record is applied.
 *
 * One reader is reused for all batches of its kind; its fields are those of the record that `next` went to.
 */
export abstract class BatchReader {
  /** The frame that holds the records, and, unless detached, their payloads. */
  frame: Uint8Array = new Uint8Array(0);
  view: DataView = viewOf(this.frame);
  /** The buffer that `payloadOffset` counts in: the frame, or the second frame of a detached payload. */
  payloadFrame: Uint8Array = this.frame;
  session: SessionId = { epoch: 0, number: 0 };
  count = 0;
  /** Offset of the current record in `frame`; an id is always at its start. */
  record = 0;
  /** Offset in `frame` of the current record's option block. */
  optionsOffset = 0;
  optionsLength = 0;
  /** Offset in `payloadFrame` of the current record's payload. */
  payloadOffset = 0;
  payloadLength = 0;

  private index = 0;
  private stringsBytes = 0;
  private bodyEnd = 0;
  private detached = false;
  private readonly strings: string[] = [];

  protected constructor(private readonly shape: RecordShape) {}

  /**
   * Starts on a message's frames. A message that is refused leaves the reader without records.
   *
   * @throws PenstockError `MALFORMED_FRAME`, `UNSUPPORTED_VERSION`, `UNKNOWN_KIND`, `TOO_LARGE`
   */
  open(frames: readonly Uint8Array[]): this {
    this.count = 0;
    const frame = frames[0];
    if (frame === undefined || frames.length > limits.frames) {
      throw new PenstockError(
        'MALFORMED_FRAME',
        `a message has 1 or ${limits.frames} frames, this one ${frames.length}`,
      );
    }
    const view = viewOf(frame);
    const head = readHead(frame, view);
    if (head.kind !== this.shape.kind) {
      throw new PenstockError(
        'UNKNOWN_KIND',
        `expected a batch of ${kindNames[this.shape.kind]}, got kind ${head.kind}`,
      );
    }
    if (head.count > limits.batchRecords) {
      throw new PenstockError(
        'TOO_LARGE',
        `a batch has at most ${limits.batchRecords} records, this one ${head.count}`,
      );
    }
    this.frame = frame;
    this.view = view;
    this.session = { epoch: head.epoch, number: head.number };
    this.detached = (head.flags & FLAG_DETACHED) !== 0;
    this.checkDetached(frames, head.count);
    const strings = HEAD_BYTES + head.count * this.shape.width;
    this.readStrings(strings, head.stringsBytes);
    this.checkBodies(strings + head.stringsBytes, head.count);
    this.count = head.count;
    this.rewind();
    return this;
  }

  /** Goes to the next record; false when there is none. */
  next(): boolean {
    if (this.index >= this.count) return false;
    const { shape, view } = this;
    const record = HEAD_BYTES + this.index * shape.width;
    this.index += 1;
    this.record = record;
    this.optionsOffset = this.bodyEnd;
    this.optionsLength =
      shape.optionsLength === undefined ? 0 : view.getUint16(record + shape.optionsLength, true);
    this.bodyEnd += this.optionsLength;
    this.payloadLength =
      shape.payloadLength === undefined ? 0 : view.getUint32(record + shape.payloadLength, true);
    if (this.detached) this.payloadOffset = 0;
    else {
      this.payloadOffset = this.bodyEnd;
      this.bodyEnd += this.payloadLength;
    }
    return true;
  }

  /** Goes back before the first record. */
  rewind(): void {
    this.index = 0;
    this.bodyEnd = HEAD_BYTES + this.count * this.shape.width + this.stringsBytes;
  }

  /** The current record's payload as a view of the received frame: copy what outlives the frame. */
  get payload(): Uint8Array {
    return this.payloadFrame.subarray(this.payloadOffset, this.payloadOffset + this.payloadLength);
  }

  /**
   * The first option of the current record that is marked critical and not known to this version, by its number: a
   * task that has one must be refused. Those that are known are the rules of delivery; options that are not critical
   * are passed on unread.
   */
  get criticalOption(): number | undefined {
    const end = this.optionsOffset + this.optionsLength;
    for (let at = this.optionsOffset; at < end; at += 4 + this.view.getUint16(at + 2, true)) {
      const tag = this.view.getUint16(at, true);
      if ((tag & CRITICAL_OPTION) !== 0 && !isRuleTag(tag)) return tag & ~CRITICAL_OPTION;
    }
    return undefined;
  }

  /** The string that the current record's u16 at `offset` points to. */
  protected stringAt(offset: number): string | undefined {
    return this.strings[this.view.getUint16(this.record + offset, true)];
  }

  private checkDetached(frames: readonly Uint8Array[], count: number): void {
    if (this.detached !== (frames.length === 2)) {
      throw new PenstockError(
        'MALFORMED_FRAME',
        'the flag of a detached payload does not agree with the number of frames',
      );
    }
    const payload = frames[1];
    this.payloadFrame = payload ?? this.frame;
    if (payload === undefined) return;
    const { payloadLength } = this.shape;
    if (count !== 1 || payloadLength === undefined) {
      throw new PenstockError(
        'MALFORMED_FRAME',
        'a detached payload belongs to the only record of its batch',
      );
    }
    if (this.frame.byteLength < HEAD_BYTES + this.shape.width) throw truncated('records');
    const announced = this.view.getUint32(HEAD_BYTES + payloadLength, true);
    if (announced !== payload.byteLength) {
      throw new PenstockError(
        'MALFORMED_FRAME',
        `a payload of ${announced} bytes is announced, ${payload.byteLength} came`,
      );
    }
  }

  private readStrings(start: number, bytes: number): void {
    const { frame, view, strings } = this;
    strings.length = 0;
    const end = start + bytes;
    if (end > frame.byteLength || bytes < 2) throw truncated('string table');
    this.stringsBytes = bytes;
    const count = view.getUint16(start, true);
    if (count > limits.batchStrings) {
      throw new PenstockError(
        'TOO_LARGE',
        `a string table has at most ${limits.batchStrings} entries, this one ${count}`,
      );
    }
    let at = start + 2;
    for (let index = 0; index < count; index++) {
      if (at + 2 > end) throw truncated('string table');
      const length = view.getUint16(at, true);
      if (at + 2 + length > end) throw truncated('string table');
      if (length > limits.stringBytes) {
        throw new PenstockError(
          'TOO_LARGE',
          `a string has at most ${limits.stringBytes} bytes, this one ${length}`,
        );
      }
      strings.push(utf8Slice(frame, at + 2, at + 2 + length));
      at += 2 + length;
    }
    if (at !== end) throw new PenstockError('MALFORMED_FRAME', 'the string table is longer than its entries');
  }

  /** Proves that every record's indices and lengths are in bounds and that the bodies fill the frame exactly. */
  private checkBodies(start: number, count: number): void {
    const { view, frame, shape } = this;
    const stringCount = this.strings.length;
    let end = start;
    for (let index = 0; index < count; index++) {
      const record = HEAD_BYTES + index * shape.width;
      for (const offset of shape.strings) {
        const string = view.getUint16(record + offset, true);
        if (string >= stringCount && string !== NO_STRING) {
          throw new PenstockError(
            'MALFORMED_FRAME',
            `record ${index} points to string ${string} of ${stringCount}`,
          );
        }
      }
      if (shape.optionsLength !== undefined) {
        const length = view.getUint16(record + shape.optionsLength, true);
        if (length > 0) this.checkOptions(end, length);
        end += length;
      }
      if (shape.payloadLength !== undefined && !this.detached)
        end += view.getUint32(record + shape.payloadLength, true);
      if (end > frame.byteLength) throw truncated(`body of record ${index}`);
    }
    if (end !== frame.byteLength) {
      throw new PenstockError(
        'MALFORMED_FRAME',
        `${frame.byteLength - end} bytes follow the last record's body`,
      );
    }
  }

  /** An option block is a list of (u16 tag, u16 length, bytes); bit 15 of a tag marks an option that must be known. */
  private checkOptions(start: number, length: number): void {
    const end = start + length;
    if (end > this.frame.byteLength) throw truncated('option block');
    if (length > limits.optionsBytes) {
      throw new PenstockError(
        'TOO_LARGE',
        `an option block has at most ${limits.optionsBytes} bytes, this one ${length}`,
      );
    }
    let at = start;
    while (at < end) {
      if (at + 4 > end) throw truncated('option block');
      at += 4 + this.view.getUint16(at + 2, true);
    }
    if (at !== end) throw truncated('option block');
  }
}

/** Bit of an option's tag: a receiver that does not know the option must refuse the task. */
export const CRITICAL_OPTION = 0x8000;

function truncated(what: string): PenstockError {
  return new PenstockError('MALFORMED_FRAME', `the frame ends within its ${what}`);
}

function utf8Slice(bytes: Uint8Array, start: number, end: number): string {
  const slice = Buffer.from(bytes.buffer, bytes.byteOffset + start, end - start);
  const text = slice.toString('utf8');
  // U+FFFD stands for what could not be decoded, or for itself.
  if (text.includes('\ufffd') && !isUtf8(slice)) {
    throw new PenstockError('MALFORMED_FRAME', 'a string of the string table is not UTF-8');
  }
  return text;
}
