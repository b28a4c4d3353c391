import { invariant } from '@penstock/runtime';

/** Set while the word says where a recall ended, not how many tasks were claimed. */
const RECALLED = 0x4000_0000;
const MASK = RECALLED - 1;

/**
 * Who has which of the tasks that were handed to a worker: one shared word on which the worker claims the next task
 * and its hub takes back what is unclaimed. The hub needs no answer from the worker's own thread, which a handler may
 * block for as long as it likes.
 *
 * Tasks are numbered in the order in which they were handed over, modulo 2^30. The word is either the number of the
 * next task to claim or, with a bit set, the number of the first task after a recall.
 */
export class ClaimWord {
  private readonly words: Int32Array;

  constructor(readonly shared: SharedArrayBuffer = new SharedArrayBuffer(4)) {
    this.words = new Int32Array(shared);
  }

  /**
   * Worker: claims task `sequence`; tasks are claimed in order, each exactly once.
   *
   * @returns false when it was taken back: the worker drops it
   */
  claim(sequence: number): boolean {
    const number = sequence & MASK;
    for (;;) {
      const seen = Atomics.compareExchange(this.words, 0, number, (number + 1) & MASK);
      if (seen === number) return true;
      invariant((seen & RECALLED) !== 0, 'WRK-001', 'a worker claims its tasks in order');
      if ((seen & MASK) !== number) return false;
      Atomics.compareExchange(this.words, 0, seen, number);
    }
  }

  /**
   * Hub: takes back every unclaimed task before `end`.
   *
   * @param end how many tasks were handed over so far
   * @returns the number of the first task taken back, modulo 2^30; equal to `end` (modulo 2^30) when there is none
   */
  recall(end: number): number {
    for (;;) {
      const seen = Atomics.load(this.words, 0);
      const recalled = (end & MASK) | RECALLED;
      if (Atomics.compareExchange(this.words, 0, seen, recalled) === seen) return seen & MASK;
    }
  }

  /** How many tasks were claimed so far, modulo 2^30; `undefined` between a recall and the next claim. */
  get claimed(): number | undefined {
    const seen = Atomics.load(this.words, 0);
    return (seen & RECALLED) === 0 ? seen : undefined;
  }

  /** How many tasks lie between two numbers of this word. */
  static distance(from: number, to: number): number {
    return (to - from) & MASK;
  }
}
