/** Chance from a seed: the same numbers each time, so that what was decided by chance can be decided again. */
export class Chance {
  private state: number;

  /** @param seed 32 bits */
  constructor(seed: number) {
    this.state = seed | 0;
  }

  /** A number from 0 (included) to 1 (excluded): mulberry32. */
  next(): number {
    this.state = (this.state + 0x6d2b_79f5) | 0;
    let mixed = Math.imul(this.state ^ (this.state >>> 15), 1 | this.state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  }
}
