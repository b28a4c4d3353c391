import { describe, expect, it } from 'vitest';
import { backoffMs } from './backoff.js';
import { seededRandom } from './random.js';

describe('backoffMs', () => {
  const options = { firstMs: 100, maxMs: 5_000 };

  it('doubles the bound with each attempt and stays within its upper half', () => {
    for (const [attempt, bound] of [
      [0, 100],
      [1, 200],
      [2, 400],
      [3, 800],
    ] as const) {
      expect(backoffMs(attempt, options, () => 0)).toBe(bound / 2);
      expect(backoffMs(attempt, options, () => 0.999_999)).toBeCloseTo(bound, 0);
    }
  });

  it('never exceeds the maximum, however many attempts went before', () => {
    const random = seededRandom(7);
    for (const attempt of [10, 100, 10_000]) {
      expect(backoffMs(attempt, options, random)).toBeLessThanOrEqual(5_000);
      expect(backoffMs(attempt, options, random)).toBeGreaterThanOrEqual(2_500);
    }
  });
});

describe('seededRandom', () => {
  it('gives the same numbers for the same seed and others for another', () => {
    const take = (seed: number) => Array.from({ length: 5 }, seededRandom(seed));
    expect(take(1)).toEqual(take(1));
    expect(take(1)).not.toEqual(take(2));
    for (const value of take(3)) expect(value).toBeGreaterThanOrEqual(0);
    for (const value of take(3)) expect(value).toBeLessThan(1);
  });
});
