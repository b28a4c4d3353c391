import { setImmediate as nextTurn } from 'node:timers/promises';
import { defineTask } from '@penstock/worker';

/** Numbers looked at in one go. Between two of them the event loop turns, so that a cancel is heard. */
const SLICE = 250_000;
const BELOW_MAX = 1_000_000_000;

/** How many primes there are below a number, and the largest of them. */
export interface Primes {
  readonly count: number;
  readonly largest: number | null;
}

/** Counts primes with a segmented sieve: heavy on the processor, told in slices, and cancelled between them. */
export default defineTask({
  name: 'primes',
  async run({ below }: { below: number }, { signal, progress }): Promise<Primes> {
    if (!Number.isInteger(below) || below < 0 || below > BELOW_MAX) {
      throw new RangeError(`"below" is a whole number from 0 to ${BELOW_MAX}, not ${JSON.stringify(below)}`);
    }
    const small = primesUpTo(Math.floor(Math.sqrt(below)));
    let count = 0;
    let largest: number | null = null;
    for (let from = 2; from < below; from += SLICE) {
      const found = primesWithin(from, Math.min(from + SLICE, below), small);
      count += found.count;
      largest = found.largest ?? largest;
      progress((100 * from) / below);
      await nextTurn(undefined, { signal });
    }
    progress(100);
    return { count, largest };
  },
});

function primesUpTo(limit: number): readonly number[] {
  const composite = new Uint8Array(limit + 1);
  const primes: number[] = [];
  for (let number = 2; number <= limit; number++) {
    if (composite[number] === 1) continue;
    primes.push(number);
    for (let multiple = number * number; multiple <= limit; multiple += number) composite[multiple] = 1;
  }
  return primes;
}

/** @param small all primes up to the root of `to` */
function primesWithin(from: number, to: number, small: readonly number[]): Primes {
  const composite = new Uint8Array(to - from);
  for (const prime of small) {
    const first = Math.max(prime * prime, Math.ceil(from / prime) * prime);
    for (let multiple = first; multiple < to; multiple += prime) composite[multiple - from] = 1;
  }
  let count = 0;
  let largest: number | null = null;
  for (let offset = 0; offset < composite.length; offset++) {
    if (composite[offset] === 1) continue;
    count += 1;
    largest = from + offset;
  }
  return { count, largest };
}
