import { describe, expect, it } from 'vitest';
import primes from './primes.ts';
import { testContext } from './support/context.ts';

/** Looks for a divisor of each number. */
function countedOtherwise(below: number) {
  const found: number[] = [];
  for (let number = 2; number < below; number++) {
    if (found.every((prime) => prime * prime > number || number % prime !== 0)) found.push(number);
  }
  return { count: found.length, largest: found.at(-1) ?? null };
}

describe('primes', () => {
  it.each([0, 1, 2, 3, 4, 5, 26, 100, 1_000])('finds the primes below %i', async (below) => {
    expect(await primes.run({ below }, testContext().context)).toEqual(countedOtherwise(below));
  });

  it('counts over several slices, and tells how far it is', async () => {
    const { context, progress } = testContext();
    // The number of primes below a million is well known.
    expect(await primes.run({ below: 1_000_000 }, context)).toEqual({ count: 78_498, largest: 999_983 });
    expect(progress.length).toBeGreaterThan(2);
    expect(progress).toEqual(progress.toSorted((one, other) => one - other));
    expect(progress.at(-1)).toBe(100);
  });

  it('stops when it is cancelled', async () => {
    const { context, controller, progress } = testContext();
    const counting = primes.run({ below: 1_000_000_000 }, context);
    controller.abort();
    await expect(counting).rejects.toThrow('aborted');
    expect(progress.length).toBeLessThan(3);
  });

  it.each([-1, 1.5, 2_000_000_000, '10', null])('refuses to count below %j', async (below) => {
    const counting = primes.run({ below: below as number }, testContext().context);
    await expect(counting).rejects.toThrow('"below" is a whole number');
  });
});
