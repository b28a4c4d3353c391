/**
 * Of the tasks that are done the newest so many: most clients collect a result at once, and at full speed, which is a tenth of a
 * second for so many, none is copied that is collected.
 */
const LEFT_ALONE = 16_384;

/**
 * Finds results that nobody has collected while many other tasks were done. They stay for minutes, and for hours where a task
 * stands for its key, and must not hold the memory of all that came with them.
 */
export class Settling {
  /** Slots of the tasks that were done last. */
  private readonly newest = new Int32Array(LEFT_ALONE).fill(-1);
  private next = 0;

  /** A task is done. @returns the slot of one that was done so many before it; -1 = there were fewer */
  add(slot: number): number {
    const earlier = this.newest[this.next] ?? -1;
    this.newest[this.next] = slot;
    this.next = (this.next + 1) % LEFT_ALONE;
    return earlier;
  }
}
