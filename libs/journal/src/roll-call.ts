/** Sequence numbers per bitmap. */
const CHUNK = 4_096;

interface Bitmap {
  readonly bits: Uint32Array;
  live: number;
}

/**
 * Which entries live, in about a bit each, and a digest of their numbers. The digest is written with every group, so
 * that an entry that is missing, or one that came back, shows when the journal is opened: entries never change, and each
 * has its checksum, so the numbers say all.
 */
export class RollCall {
  private readonly bitmaps = new Map<number, Bitmap>();
  private count = 0;
  private low = 0;
  private high = 0;

  /** Entries that live. */
  get entries(): number {
    return this.count;
  }

  /** Of the numbers that live, in whatever order they came: two times 32 bits. */
  get digest(): readonly [number, number] {
    return [this.low, this.high];
  }

  has(sequence: number): boolean {
    const bits = this.bitmaps.get(Math.floor(sequence / CHUNK))?.bits;
    const bit = sequence % CHUNK;
    return bits !== undefined && ((bits[bit >>> 5] ?? 0) & (1 << (bit & 31))) !== 0;
  }

  /** Adds a number that is not there. */
  add(sequence: number): void {
    const chunk = Math.floor(sequence / CHUNK);
    let bitmap = this.bitmaps.get(chunk);
    if (bitmap === undefined)
      this.bitmaps.set(chunk, (bitmap = { bits: new Uint32Array(CHUNK / 32), live: 0 }));
    this.toggle(bitmap, sequence);
    bitmap.live += 1;
    this.count += 1;
  }

  /** Removes a number; false = it is not there. */
  remove(sequence: number): boolean {
    const chunk = Math.floor(sequence / CHUNK);
    const bitmap = this.bitmaps.get(chunk);
    if (bitmap === undefined || !this.has(sequence)) return false;
    this.toggle(bitmap, sequence);
    bitmap.live -= 1;
    this.count -= 1;
    if (bitmap.live === 0) this.bitmaps.delete(chunk);
    return true;
  }

  private toggle({ bits }: Bitmap, sequence: number): void {
    const bit = sequence % CHUNK;
    bits[bit >>> 5] = (bits[bit >>> 5] ?? 0) ^ (1 << (bit & 31));
    const below = sequence >>> 0;
    const above = Math.floor(sequence / 2 ** 32);
    this.low = (this.low ^ mix(below ^ mix(above ^ 0x9e3779b9))) >>> 0;
    this.high = (this.high ^ mix(Math.imul(below, 0x85ebca6b) ^ mix(above ^ 0x7f4a7c15))) >>> 0;
  }
}

/** Spreads 32 bits over 32 bits (the finish of MurmurHash3). */
function mix(value: number): number {
  let mixed = value ^ (value >>> 16);
  mixed = Math.imul(mixed, 0x85ebca6b);
  mixed ^= mixed >>> 13;
  mixed = Math.imul(mixed, 0xc2b2ae35);
  return mixed ^ (mixed >>> 16);
}
