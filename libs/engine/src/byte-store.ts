import type { Bytes } from '@penstock/protocol';

/** A frame up to this size is copied into a slab: as a buffer of its own it would cost more than what it holds. */
const SMALL_FRAME_BYTES = 4 * 1024;
const SLAB_BYTES = 64 * 1024;

/** Where a received frame's bytes are kept, and how far they have moved. */
export interface HeldFrame {
  readonly buffer: Uint8Array;
  readonly shift: number;
}

/**
 * Payloads or results by slot. They stay in the frames in which they came, uncopied; only small frames are gathered
 * in slabs. A frame or slab lives for as long as one of its tasks does.
 */
export class ByteStore {
  private readonly buffers: (Uint8Array | undefined)[] = [];
  private readonly offsets: number[] = [];
  private readonly lengths: number[] = [];
  private readonly types: number[] = [];
  private slab: Uint8Array = new Uint8Array(0);
  private slabUsed = 0;

  /** Keeps a received frame; what is in it can then be put by its offsets plus `shift`. */
  hold(frame: Uint8Array): HeldFrame {
    const { byteLength } = frame;
    if (byteLength > SMALL_FRAME_BYTES) return { buffer: frame, shift: 0 };
    if (this.slabUsed + byteLength > this.slab.byteLength) {
      this.slab = Buffer.allocUnsafeSlow(SLAB_BYTES);
      this.slabUsed = 0;
    }
    const shift = this.slabUsed;
    this.slab.set(frame, shift);
    this.slabUsed += byteLength;
    return { buffer: this.slab, shift };
  }

  /** Puts the bytes of a slot; the buffer must not change any more. */
  put(slot: number, contentType: number, buffer: Uint8Array, offset: number, length: number): void {
    this.buffers[slot] = buffer;
    this.offsets[slot] = offset;
    this.lengths[slot] = length;
    this.types[slot] = contentType;
  }

  has(slot: number): boolean {
    return this.buffers[slot] !== undefined;
  }

  /** The bytes of a slot where they lie; empty when there are none. */
  bytes(slot: number): Bytes {
    const buffer = this.buffers[slot];
    if (buffer === undefined) return NOTHING;
    return { buffer, offset: this.offsets[slot] ?? 0, length: this.lengths[slot] ?? 0 };
  }

  /** The bytes of a slot as a view. */
  view(slot: number): Uint8Array {
    const { buffer, offset, length } = this.bytes(slot);
    return buffer.subarray(offset, offset + length);
  }

  contentType(slot: number): number {
    return this.types[slot] ?? 0;
  }

  drop(slot: number): void {
    this.buffers[slot] = undefined;
  }
}

const NOTHING: Bytes = { buffer: new Uint8Array(0), offset: 0, length: 0 };
