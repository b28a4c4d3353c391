import { describe, expect, it } from 'vitest';
import { interleave, quantile, spread } from './rounds.js';

describe('interleaved rounds', () => {
  it('measure every subject once before any of them again, and drop the first round', () => {
    const order: string[] = [];
    const subject = (name: string) => ({ measure: () => order.push(name) });
    expect(interleave([subject('A'), subject('B')], 2)).toEqual([
      [3, 5],
      [4, 6],
    ]);
    expect(order).toEqual(['A', 'B', 'A', 'B', 'A', 'B']);
  });
});

describe('the spread of some numbers', () => {
  it('has the middle one as its median', () => {
    expect(spread([10, 9, 100])).toEqual({ median: 10, min: 9, max: 100 });
  });

  it('has the mean of the two in the middle as its median if their count is even', () => {
    expect(spread([4, 1, 3, 100])).toEqual({ median: 3.5, min: 1, max: 100 });
  });
});

describe('a quantile of some numbers', () => {
  it('is the value below which that share of them is', () => {
    const hundred = Array.from({ length: 100 }, (_, index) => 100 - index);
    expect(quantile(hundred, 0.99)).toBe(100);
    expect(quantile(hundred, 0.5)).toBe(51);
    expect(quantile([7], 0.99)).toBe(7);
  });
});
