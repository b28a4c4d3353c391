const FIRST_SLOTS = 1_024;

/**
 * A number per slot, 0 where none was set. It stays one dense piece of memory whichever slot is set first, and takes
 * none for slots that nothing was ever set for.
 */
export class SlotNumbers {
  private values = new Float64Array(0);

  at(slot: number): number {
    return slot < this.values.length ? (this.values[slot] ?? 0) : 0;
  }

  set(slot: number, value: number): void {
    if (slot >= this.values.length) {
      if (value === 0) return;
      this.grow(slot + 1);
    }
    this.values[slot] = value;
  }

  private grow(slots: number): void {
    const values = new Float64Array(Math.max(slots, FIRST_SLOTS, 2 * this.values.length));
    values.set(this.values);
    this.values = values;
  }
}
