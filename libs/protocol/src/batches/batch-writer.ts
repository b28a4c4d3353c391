import { invariant } from '@penstock/runtime';
import { FLAG_DETACHED, HEAD_BYTES, viewOf, writeHead, type Kind, type SessionId } from '../frame.js';
import { limits, NO_STRING } from '../limits.js';

/** Bytes that lie somewhere in a larger buffer: passed on without making a view of them. */
export interface Bytes {
  readonly buffer: Uint8Array;
  readonly offset: number;
  readonly length: number;
}

/** One message as its frames: the batch, and for a detached payload a second one. */
export type BatchMessage = readonly [batch: Uint8Array] | readonly [batch: Uint8Array, payload: Uint8Array];

const NO_BYTES: Uint8Array = new Uint8Array(0);
const utf8 = new TextEncoder();
const STRINGS_HEAD_BYTES = 2;
/** Up to this length a loop copies faster than a call that needs a view of the bytes. */
const COPIED_BY_BYTE = 24;

/**
 * Collects records of one kind and packs them into frames. Its buffers are reused from batch to batch; the frames
 * that it hands out are fresh, because a frame given to a socket must never be written again.
 */
export abstract class BatchWriter {
  private records: Uint8Array = new Uint8Array(4_096);
  /** Stretches of bytes that make up the bodies, in order; `runs` of the entries count. */
  private readonly runBuffers: Uint8Array[] = [];
  private readonly runStarts: number[] = [];
  private readonly runEnds: number[] = [];
  private runs = 0;
  private bodiesBytes = 0;
  private readonly stringIndex = new Map<string, number>();
  private readonly stringBytes: Uint8Array[] = [];
  private stringsBytes = STRINGS_HEAD_BYTES;
  private detached: Uint8Array | undefined;
  private recordCount = 0;
  /** View of the records' buffer; a subclass writes its record at the offset that {@link nextRecord} gives. */
  protected view = viewOf(this.records);

  protected constructor(
    private readonly kind: Kind,
    private readonly width: number,
  ) {}

  /** Records collected since the last {@link take}. */
  get count(): number {
    return this.recordCount;
  }

  /** Whether the batch has grown to where it is to be sent. */
  get isFull(): boolean {
    return (
      this.detached !== undefined ||
      this.recordCount >= limits.batchRecords ||
      this.stringIndex.size >= limits.batchStrings - 8 ||
      this.recordCount * this.width + this.bodiesBytes + this.stringsBytes >= limits.batchBytes
    );
  }

  /** Bytes that the records, strings and payloads take so far. */
  get bytes(): number {
    return HEAD_BYTES + this.recordCount * this.width + this.stringsBytes + this.bodiesBytes;
  }

  /**
   * Whether what was collected must be taken before a record with a payload of `length` bytes is added:
   * the batch is full, or the payload is so large that it travels as the only record of a batch of its own.
   */
  mustTakeBefore(length: number): boolean {
    return this.recordCount > 0 && (this.isFull || length > limits.batchBytes);
  }

  /** Packs what was collected into one message and starts anew; `undefined` when nothing was. */
  take(session: SessionId): BatchMessage | undefined {
    if (this.recordCount === 0) return undefined;
    const recordsBytes = this.recordCount * this.width;
    const frame = Buffer.allocUnsafeSlow(HEAD_BYTES + recordsBytes + this.stringsBytes + this.bodiesBytes);
    const view = viewOf(frame);
    writeHead(view, {
      kind: this.kind,
      flags: this.detached === undefined ? 0 : FLAG_DETACHED,
      epoch: session.epoch,
      number: session.number,
      count: this.recordCount,
      stringsBytes: this.stringsBytes,
    });
    frame.set(this.records.subarray(0, recordsBytes), HEAD_BYTES);
    const strings = HEAD_BYTES + recordsBytes;
    this.writeStrings(frame, view, strings);
    this.writeBodies(frame, strings + this.stringsBytes);
    const message: BatchMessage = this.detached === undefined ? [frame] : [frame, this.detached];
    this.reset();
    return message;
  }

  /**
   * Index of `text` in the batch's string table; `undefined` has the index that means none. Text that is too long for
   * the table is cut between two characters.
   */
  protected string(text: string | undefined): number {
    if (text === undefined) return NO_STRING;
    const known = this.stringIndex.get(text);
    if (known !== undefined) return known;
    const bytes = encodeString(text);
    const index = this.stringBytes.push(bytes) - 1;
    this.stringIndex.set(text, index);
    this.stringsBytes += 2 + bytes.byteLength;
    return index;
  }

  /** Claims room for a record and gives its offset in {@link view}; every byte of it must be written. */
  protected nextRecord(): number {
    invariant(this.detached === undefined, 'PRO-005', 'a batch with a large payload has no other record');
    const offset = this.recordCount * this.width;
    if (offset + this.width > this.records.byteLength) {
      this.records = grown(this.records, offset + this.width);
      this.view = viewOf(this.records);
    }
    this.recordCount += 1;
    return offset;
  }

  /** Copies 16 id bytes into the record at `offset`. */
  protected putId(offset: number, source: DataView, sourceOffset: number): void {
    const { view } = this;
    view.setUint32(offset, source.getUint32(sourceOffset));
    view.setUint32(offset + 4, source.getUint32(sourceOffset + 4));
    view.setUint32(offset + 8, source.getUint32(sourceOffset + 8));
    view.setUint32(offset + 12, source.getUint32(sourceOffset + 12));
  }

  /**
   * Appends bytes that belong to the latest record. They are copied when the batch is taken, so they must not change
   * until then; what lies side by side, as in a batch that is passed on, is copied in one go.
   */
  protected putBody({ buffer, offset, length }: Bytes): void {
    if (length === 0) return;
    this.bodiesBytes += length;
    const last = this.runs - 1;
    if (this.runBuffers[last] === buffer && this.runEnds[last] === offset)
      this.runEnds[last] = offset + length;
    else {
      this.runBuffers[this.runs] = buffer;
      this.runStarts[this.runs] = offset;
      this.runEnds[this.runs] = offset + length;
      this.runs += 1;
    }
  }

  /** Appends the payload of the latest record, or lets it travel as a frame of its own when it is large. */
  protected putPayload(payload: Bytes): void {
    if (payload.length > limits.batchBytes) {
      invariant(this.recordCount === 1, 'PRO-004', 'a large payload is the only record of its batch');
      this.detached = payload.buffer.subarray(payload.offset, payload.offset + payload.length);
    } else this.putBody(payload);
  }

  private writeStrings(frame: Uint8Array, view: DataView, start: number): void {
    view.setUint16(start, this.stringBytes.length, true);
    let at = start + STRINGS_HEAD_BYTES;
    for (const bytes of this.stringBytes) {
      view.setUint16(at, bytes.byteLength, true);
      frame.set(bytes, at + 2);
      at += 2 + bytes.byteLength;
    }
  }

  private writeBodies(frame: Uint8Array, start: number): void {
    let at = start;
    for (let run = 0; run < this.runs; run++) {
      const buffer = this.runBuffers[run] as Uint8Array;
      const from = this.runStarts[run] as number;
      const length = (this.runEnds[run] as number) - from;
      if (length <= COPIED_BY_BYTE) {
        for (let index = 0; index < length; index++) frame[at + index] = buffer[from + index] as number;
      } else {
        const isWhole = length === buffer.byteLength;
        frame.set(isWhole ? buffer : buffer.subarray(from, from + length), at);
      }
      at += length;
    }
  }

  private reset(): void {
    this.recordCount = 0;
    this.runs = 0;
    // What was sent is not held on to; the arrays themselves are used again.
    this.runBuffers.length = 0;
    this.bodiesBytes = 0;
    this.stringIndex.clear();
    this.stringBytes.length = 0;
    this.stringsBytes = STRINGS_HEAD_BYTES;
    this.detached = undefined;
  }
}

/** No bytes, for records without a body. */
export const EMPTY: Bytes = { buffer: NO_BYTES, offset: 0, length: 0 };

function encodeString(text: string): Uint8Array {
  const bytes = utf8.encode(text);
  if (bytes.byteLength <= limits.stringBytes) return bytes;
  const cut = new Uint8Array(limits.stringBytes);
  return cut.subarray(0, utf8.encodeInto(text, cut).written);
}

function grown(buffer: Uint8Array, needed: number): Uint8Array {
  let length = buffer.byteLength;
  while (length < needed) length *= 2;
  const larger = new Uint8Array(length);
  larger.set(buffer);
  return larger;
}
