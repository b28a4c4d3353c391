import type { DurationSummary } from '@penstock/protocol';

/** Buckets per doubling: a bucket is at most 9 % wider than it is long. */
const STEPS = 8;
const SMALLEST_MS = 0.001;
const BUCKETS = 36 * STEPS;

/**
 * Durations in buckets of equal ratio, from a microsecond to half a year: recording costs a logarithm and an
 * increment, which is all that a task at full speed may cost here.
 */
export class Histogram {
  private readonly buckets = new Float64Array(BUCKETS);
  count = 0;
  sumMs = 0;
  minMs = Infinity;
  maxMs = 0;

  record(ms: number): void {
    this.count += 1;
    this.sumMs += ms;
    if (ms < this.minMs) this.minMs = ms;
    if (ms > this.maxMs) this.maxMs = ms;
    const bucket = Math.floor(Math.log2(Math.max(ms, SMALLEST_MS) / SMALLEST_MS) * STEPS);
    const index = Math.min(bucket, BUCKETS - 1);
    this.buckets[index] = (this.buckets[index] ?? 0) + 1;
  }

  /** Figures of all that was recorded; `undefined` when nothing was. */
  summary(): DurationSummary | undefined {
    if (this.count === 0) return undefined;
    return {
      minMs: this.minMs,
      meanMs: this.sumMs / this.count,
      maxMs: this.maxMs,
      p50Ms: this.percentile(0.5),
      p90Ms: this.percentile(0.9),
      p99Ms: this.percentile(0.99),
    };
  }

  /** The upper edge of the bucket in which the share lies, and never more than the maximum. */
  private percentile(share: number): number {
    let left = Math.ceil(this.count * share);
    for (let index = 0; index < BUCKETS; index++) {
      left -= this.buckets[index] ?? 0;
      if (left <= 0)
        return Math.max(this.minMs, Math.min(this.maxMs, SMALLEST_MS * 2 ** ((index + 1) / STEPS)));
    }
    return this.maxMs;
  }
}
