import { PenstockError } from '@penstock/protocol';

/** Grows as it is written: the fixed-width front of an entry. Reused from entry to entry. */
export class EntryBytes {
  private bytes = Buffer.alloc(1_024);
  private used = 0;

  get isEmpty(): boolean {
    return this.used === 0;
  }

  u16(value: number): void {
    this.room(2);
    this.used = this.bytes.writeUInt16LE(value, this.used);
  }

  u32(value: number): void {
    this.room(4);
    this.used = this.bytes.writeUInt32LE(value, this.used);
  }

  f64(value: number): void {
    this.room(8);
    this.used = this.bytes.writeDoubleLE(value, this.used);
  }

  /** The 16 bytes of an id. */
  id(view: DataView, offset: number): void {
    this.room(16);
    for (let at = 0; at < 16; at += 4) {
      this.used = this.bytes.writeUInt32BE(view.getUint32(offset + at), this.used);
    }
  }

  /** ASCII of a length that the reader knows. */
  ascii(text: string): void {
    this.room(text.length);
    this.used += this.bytes.write(text, this.used, 'latin1');
  }

  /** What was written, until something is written again; starts anew. */
  take(): Uint8Array {
    const taken = this.bytes.subarray(0, this.used);
    this.used = 0;
    return taken;
  }

  private room(bytes: number): void {
    if (this.used + bytes <= this.bytes.byteLength) return;
    const larger = Buffer.alloc(2 * this.bytes.byteLength);
    larger.set(this.bytes);
    this.bytes = larger;
  }
}

/** Reads the front of an entry. */
export class EntryCursor {
  private readonly bytes: Buffer;
  private at = 0;

  constructor(entry: Uint8Array) {
    this.bytes = Buffer.from(entry.buffer, entry.byteOffset, entry.byteLength);
  }

  get isAtEnd(): boolean {
    return this.at >= this.bytes.byteLength;
  }

  u16(): number {
    return this.bytes.readUInt16LE(this.forward(2));
  }

  u32(): number {
    return this.bytes.readUInt32LE(this.forward(4));
  }

  f64(): number {
    return this.bytes.readDoubleLE(this.forward(8));
  }

  /** So many bytes, where they lie. */
  take(length: number): Uint8Array {
    const start = this.forward(length);
    return this.bytes.subarray(start, start + length);
  }

  private forward(bytes: number): number {
    const { at } = this;
    if (at + bytes > this.bytes.byteLength) {
      // Its checksum is right: whoever wrote it has another idea of what is in it.
      throw new PenstockError(
        'INTERNAL',
        `an entry of the journal ends after ${this.bytes.byteLength} bytes`,
      );
    }
    this.at = at + bytes;
    return at;
  }
}
