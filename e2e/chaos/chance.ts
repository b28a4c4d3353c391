import { seededRandom, type Random } from '@penstock/runtime';

/** Decisions that follow from the seed alone. */
export class Chance {
  constructor(private readonly random: Random) {}

  /** A stream of its own for each part of a run, so that what one part asks does not change what the others get. */
  static of(seed: number, part: string): Chance {
    let mixed = seed | 0;
    for (const byte of Buffer.from(part)) mixed = Math.imul(mixed ^ byte, 0x0100_0193);
    return new Chance(seededRandom(mixed));
  }

  /** A uniform number in [from, to). */
  between(from: number, to: number): number {
    return from + this.random() * (to - from);
  }

  /** A whole number in [from, to]. */
  whole(from: number, to: number): number {
    return Math.floor(this.between(from, to + 1));
  }

  /** True in so many of a hundred cases. */
  percent(share: number): boolean {
    return this.random() * 100 < share;
  }

  /** One of them. */
  pick<T>(choices: readonly T[]): T {
    const choice = choices[this.whole(0, choices.length - 1)];
    if (choice === undefined) throw new Error('there is nothing to choose from');
    return choice;
  }

  /** A number between, of which the small ones are the likely ones: most pauses are short, and some are long. */
  skewed(from: number, to: number): number {
    return from * (to / from) ** this.random();
  }
}
