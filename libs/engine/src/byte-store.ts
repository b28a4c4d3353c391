import type { Bytes } from '@penstock/protocol';

/** A frame up to this size is copied into a slab: as a buffer of its own it would cost more than what it holds. */
const SMALL_FRAME_BYTES = 4 * 1024;
const SLAB_BYTES = 64 * 1024;
const FIRST_SLOTS = 1_024;

/** Where a received frame's bytes are kept, and how far they have moved. */
export interface HeldFrame {
  readonly buffer: Uint8Array;
  readonly shift: number;
}

/** Gathers small pieces of memory in large ones. Each byte is used once. */
class Slabs {
  private slab: Uint8Array = new Uint8Array(0);
  private used = 0;

  /** Copies small bytes into the slab in hand, or a new one. */
  gather(bytes: Uint8Array): HeldFrame {
    const { byteLength } = bytes;
    if (this.used + byteLength > this.slab.byteLength) {
      this.slab = Buffer.allocUnsafeSlow(SLAB_BYTES);
      this.used = 0;
    }
    const shift = this.used;
    this.slab.set(bytes, shift);
    this.used += byteLength;
    return { buffer: this.slab, shift };
  }
}

/**
 * Payloads or results by slot. They stay in the frames in which they came, uncopied; only small frames are gathered
 * in slabs. A frame or slab lives for as long as one of its tasks does: what waits, or is waited for, is moved out by
 * {@link compact}, what stays for long by {@link settle}.
 */
export class ByteStore {
  private readonly buffers: (Uint8Array | undefined)[] = [];
  /** By slot: offset and length in its buffer. */
  private places = new Uint32Array(2 * FIRST_SLOTS);
  private types = new Uint8Array(FIRST_SLOTS);
  private readonly slabs = new Slabs();
  private readonly waiting = new Slabs();
  private readonly settled = new Slabs();

  /** Keeps a received frame; what is in it can then be put by its offsets plus `shift`. */
  hold(frame: Uint8Array): HeldFrame {
    return frame.byteLength > SMALL_FRAME_BYTES ? { buffer: frame, shift: 0 } : this.slabs.gather(frame);
  }

  /** Puts the bytes of a slot; the buffer must not change any more. */
  put(slot: number, contentType: number, buffer: Uint8Array, offset: number, length: number): void {
    if (slot >= this.buffers.length) this.makeRoom(slot + 1);
    this.buffers[slot] = buffer;
    this.places[2 * slot] = offset;
    this.places[2 * slot + 1] = length;
    this.types[slot] = contentType;
  }

  has(slot: number): boolean {
    return this.buffers[slot] !== undefined;
  }

  /** The bytes of a slot where they lie; empty when there are none. */
  bytes(slot: number): Bytes {
    const buffer = this.buffers[slot];
    if (buffer === undefined) return NOTHING;
    const { places } = this;
    return { buffer, offset: places[2 * slot] ?? 0, length: places[2 * slot + 1] ?? 0 };
  }

  /** The bytes of a slot as a view. */
  view(slot: number): Uint8Array {
    const { buffer, offset, length } = this.bytes(slot);
    return buffer.subarray(offset, offset + length);
  }

  /** What a slot has stays for a while, as many others do: it leaves the frame in which it came, which is mostly something else. */
  compact(slot: number): void {
    this.move(slot, this.waiting);
  }

  /**
   * What a slot has stays for long: its bytes go where they hold nothing else, unless they are most of their frame. Small
   * ones share slabs with others that stay.
   */
  settle(slot: number): void {
    this.move(slot, this.settled);
  }

  private move(slot: number, slabs: Slabs): void {
    const { buffer, offset, length } = this.bytes(slot);
    if (length * 2 >= buffer.byteLength) return;
    const bytes = buffer.subarray(offset, offset + length);
    const isSmall = length <= SMALL_FRAME_BYTES;
    const kept = isSmall ? slabs.gather(bytes) : { buffer: new Uint8Array(bytes), shift: 0 };
    this.put(slot, this.contentType(slot), kept.buffer, kept.shift, length);
  }

  contentType(slot: number): number {
    return this.types[slot] ?? 0;
  }

  drop(slot: number): void {
    if (slot < this.buffers.length) this.buffers[slot] = undefined;
  }

  /** An array whose first slots are skipped would become a slow one: it has them all. */
  private makeRoom(slots: number): void {
    while (this.buffers.length < slots) this.buffers.push(undefined);
    if (slots <= this.types.length) return;
    const places = new Uint32Array(2 * Math.max(slots, 2 * this.types.length));
    places.set(this.places);
    const types = new Uint8Array(places.length / 2);
    types.set(this.types);
    this.places = places;
    this.types = types;
  }
}

const NOTHING: Bytes = { buffer: new Uint8Array(0), offset: 0, length: 0 };
