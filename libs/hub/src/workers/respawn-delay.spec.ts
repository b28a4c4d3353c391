import { expect, it } from 'vitest';
import { RespawnDelay } from './respawn-delay.js';

it('a worker is followed at once, then after ever longer waits, and at once again after a sound life', () => {
  const delay = new RespawnDelay();
  expect(Array.from({ length: 9 }, () => delay.next(50))).toEqual([
    0, 100, 200, 400, 800, 1_600, 3_200, 5_000, 5_000,
  ]);
  expect(delay.next(10_000)).toBe(0);
  expect(delay.next(50)).toBe(100);
});
