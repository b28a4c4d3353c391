import { seededRandom } from '@penstock/runtime';
import { describe, expect, it } from 'vitest';
import { Histogram } from './histogram.js';

describe('Histogram', () => {
  it('has no summary before anything was recorded', () => {
    expect(new Histogram().summary()).toBeUndefined();
  });

  it('tells the exact minimum, mean and maximum', () => {
    const histogram = new Histogram();
    for (const ms of [0, 2, 10]) histogram.record(ms);
    expect(histogram.summary()).toMatchObject({ minMs: 0, meanMs: 4, maxMs: 10 });
  });

  it('tells percentiles that are never too low and at most 10 % too high', () => {
    const random = seededRandom(11);
    const histogram = new Histogram();
    const values = Array.from({ length: 10_000 }, () => 10 ** (random() * 6 - 2));
    for (const ms of values) histogram.record(ms);
    values.sort((a, b) => a - b);
    const summary = histogram.summary();
    for (const [share, told] of [
      [0.5, summary?.p50Ms],
      [0.9, summary?.p90Ms],
      [0.99, summary?.p99Ms],
    ] as const) {
      const exact = values[Math.ceil(share * values.length) - 1] ?? 0;
      expect(told).toBeGreaterThanOrEqual(exact * 0.999);
      expect(told).toBeLessThanOrEqual(exact * 1.1);
    }
  });

  it('takes durations outside of its range without losing count of them', () => {
    const histogram = new Histogram();
    histogram.record(0.000_01);
    histogram.record(1e15);
    expect(histogram.summary()).toMatchObject({
      minMs: 0.000_01,
      maxMs: 1e15,
      p99Ms: expect.any(Number) as number,
    });
  });
});
