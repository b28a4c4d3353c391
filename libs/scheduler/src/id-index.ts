const EMPTY = -1;
const ID_WORDS = 4;

/**
 * Finds a task's slot by the 16 bytes of its id: open addressing over the slots, with the ids themselves in one
 * array. A look-up costs a few nanoseconds where a `Map` by a string would cost the making of the string as well.
 */
export class IdIndex {
  private buckets = new Int32Array(1_024).fill(EMPTY);
  private mask = 1_023;
  private words = new Uint32Array(512 * ID_WORDS);
  private count = 0;

  /** A view of all ids, 16 bytes per slot, as they came over the wire. Replaced when it grows. */
  view = new DataView(this.words.buffer);

  /** @param salt 32 bits that clients do not know, so that nobody can mint ids which all begin at one place */
  constructor(private readonly salt: number) {}

  /** The slot of an id; -1 = not here. */
  find(view: DataView, offset: number): number {
    for (let at = this.home(view, offset); ; at = (at + 1) & this.mask) {
      const slot = this.buckets[at] as number;
      if (slot === EMPTY || this.holds(slot, view, offset)) return slot;
    }
  }

  /** Whether the id at `slot` is this one. */
  holds(slot: number, view: DataView, offset: number): boolean {
    const own = slot * ID_WORDS * 4;
    if (own + 16 > this.view.byteLength) return false;
    return (
      this.view.getUint32(own + 12) === view.getUint32(offset + 12) &&
      this.view.getUint32(own + 8) === view.getUint32(offset + 8) &&
      this.view.getUint32(own + 4) === view.getUint32(offset + 4) &&
      this.view.getUint32(own) === view.getUint32(offset)
    );
  }

  /** Remembers that `slot`, which is free, holds an id that is not here yet. */
  add(slot: number, view: DataView, offset: number): void {
    if ((this.count + 1) * 2 > this.buckets.length) this.rehash();
    if ((slot + 1) * ID_WORDS > this.words.length) this.grow(slot + 1);
    const own = slot * ID_WORDS * 4;
    for (let byte = 0; byte < 16; byte += 4) this.view.setUint32(own + byte, view.getUint32(offset + byte));
    this.insert(slot);
    this.count += 1;
  }

  /** Forgets the id at `slot`. Later entries of its run move up, so that no tombstones pile up. */
  remove(slot: number): void {
    let hole = this.home(this.view, slot * ID_WORDS * 4);
    while (this.buckets[hole] !== slot) hole = (hole + 1) & this.mask;
    for (let at = (hole + 1) & this.mask; this.buckets[at] !== EMPTY; at = (at + 1) & this.mask) {
      const moved = this.buckets[at] as number;
      const home = this.home(this.view, moved * ID_WORDS * 4);
      if (((at - home) & this.mask) >= ((at - hole) & this.mask)) {
        this.buckets[hole] = moved;
        hole = at;
      }
    }
    this.buckets[hole] = EMPTY;
    this.count -= 1;
  }

  /**
   * Where the search for an id begins. All of it counts: a client may leave any part of its ids the same. Ids that
   * differ in their last four bits alone are neighbours, since a client counts its ids up: what is handed in together,
   * and is looked for together, lies in one line of the processor's cache.
   */
  private home(view: DataView, offset: number): number {
    const last = view.getUint32(offset + 12);
    let mixed = Math.imul(view.getUint32(offset) ^ this.salt, 0x9e37_79b1);
    mixed = Math.imul(mixed ^ (mixed >>> 15) ^ view.getUint32(offset + 4), 0x85eb_ca6b);
    mixed = Math.imul(mixed ^ (mixed >>> 13) ^ view.getUint32(offset + 8), 0xc2b2_ae35);
    mixed = Math.imul(mixed ^ (mixed >>> 16) ^ (last >>> 4), 0x27d4_eb2f);
    return (((mixed ^ (mixed >>> 15)) << 4) | (last & 15)) & this.mask;
  }

  private insert(slot: number): void {
    let at = this.home(this.view, slot * ID_WORDS * 4);
    while (this.buckets[at] !== EMPTY) at = (at + 1) & this.mask;
    this.buckets[at] = slot;
  }

  private rehash(): void {
    const old = this.buckets;
    this.buckets = new Int32Array(old.length * 2).fill(EMPTY);
    this.mask = this.buckets.length - 1;
    for (const slot of old) if (slot !== EMPTY) this.insert(slot);
  }

  private grow(slots: number): void {
    const words = new Uint32Array(Math.max(slots * ID_WORDS, this.words.length * 2));
    words.set(this.words);
    this.words = words;
    this.view = new DataView(words.buffer);
  }
}
