import { describe, expect, it } from 'vitest';
import { slopeOf } from './slope.js';

const points = (values: readonly number[]) => values.map((value, minutes) => ({ minutes, value }));

describe('the slope of some points', () => {
  it('is how much is added per minute', () => {
    expect(slopeOf(points([1, 3, 5, 7]))).toBe(2);
  });

  it('is not moved by single bad moments', () => {
    expect(slopeOf(points([5, 5, 900, 5, 5, 5, 0, 5]))).toBe(0);
  });

  it('sees a leak below a saw of garbage collections', () => {
    const saw = Array.from({ length: 2_000 }, (_, minute) => minute / 10 + (minute % 7) * 30);
    expect(slopeOf(points(saw))).toBeCloseTo(0.1, 1);
  });

  it('is nothing for less than two points', () => {
    expect(slopeOf(points([4]))).toBe(0);
  });
});
