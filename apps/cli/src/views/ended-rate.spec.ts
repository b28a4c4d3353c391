import { expect, it } from 'vitest';
import { EndedRate } from './ended-rate.js';

function ended(done: number) {
  const zero = { queued: 0, running: 0, failed: 0, cancelled: 0, expired: 0, totalRunMs: 0 };
  return { tasks: [{ ...zero, name: 'T', done, failed: 1 }] };
}

it('is what ended between one look and the next, per second', () => {
  const rate = new EndedRate();
  expect(rate.add(ended(10), 0)).toBe(0);
  expect(rate.add(ended(30), 2_000)).toBe(10);
  expect(rate.add(ended(30), 3_000)).toBe(0);
});

it('is nothing after the balancer has begun to count anew', () => {
  const rate = new EndedRate();
  rate.add(ended(100), 0);
  expect(rate.add(ended(5), 1_000)).toBe(0);
  expect(rate.add(ended(7), 2_000)).toBe(2);
});
