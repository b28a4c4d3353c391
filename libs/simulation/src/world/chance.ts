import { seededRandom, type Random } from '@penstock/runtime';

/**
 * Chance that a seed decides. Each part of a simulation has a stream of its own, split off by a name, so that a part
 * that draws more, or a part that is new, does not shift what the others get.
 */
export class Chance {
  /** Uniform in [0, 1); bound, so that it can be handed over. */
  readonly random: Random;

  constructor(private readonly seed: number) {
    this.random = seededRandom(seed);
  }

  /** A stream of its own for the part of this name. */
  split(name: string): Chance {
    let hash = 0x811c_9dc5 ^ this.seed;
    for (let at = 0; at < name.length; at++) hash = Math.imul(hash ^ name.charCodeAt(at), 0x0100_0193);
    // The seeds of neighbours differ in few bits; their streams must not.
    hash = Math.imul(hash ^ (hash >>> 16), 0x85eb_ca6b);
    return new Chance((hash ^ (hash >>> 13)) >>> 0);
  }

  /** Uniform in [low, high). */
  between(low: number, high: number): number {
    return low + (high - low) * this.random();
  }

  /** A whole number from `low` to `high`, both included. */
  int(low: number, high: number): number {
    return low + Math.floor(this.random() * (high - low + 1));
  }

  /** True in `share` of all cases. */
  happens(share: number): boolean {
    return this.random() < share;
  }

  /** Waiting time until what happens every `mean` on average. */
  exponential(mean: number): number {
    return -Math.log(1 - this.random()) * mean;
  }

  pick<T>(items: readonly [T, ...T[]]): T;
  pick<T>(items: readonly T[]): T | undefined;
  pick<T>(items: readonly T[]): T | undefined {
    return items[Math.floor(this.random() * items.length)];
  }

  /** Some of the items, each with this chance, in a random order. */
  some<T>(items: readonly T[], share: number): T[] {
    const chosen = items.filter(() => this.happens(share));
    for (let at = chosen.length - 1; at > 0; at--) {
      const other = this.int(0, at);
      [chosen[at], chosen[other]] = [chosen[other] as T, chosen[at] as T];
    }
    return chosen;
  }
}
