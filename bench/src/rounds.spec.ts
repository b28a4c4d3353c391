import { describe, expect, it } from 'vitest';
import { interleave, spread } from './rounds.js';

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
