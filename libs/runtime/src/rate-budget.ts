import type { Clock } from './clock.js';

/** How long somebody may save up what he did not do. */
const BURST_S = 10;

interface Bucket {
  tokens: number;
  at: number;
}

/** How often each of many may do something: a bucket of tokens each, which fills up by itself. */
export class RateBudget {
  /** Buckets that are not full, the one that was drawn from longest ago first. */
  private readonly buckets = new Map<string, Bucket>();

  /** @param perSecond on the average of ten seconds */
  constructor(
    private readonly clock: Clock,
    private readonly perSecond: number,
  ) {}

  /** Of how many something is remembered. */
  get size(): number {
    return this.buckets.size;
  }

  /**
   * Takes one out of somebody's budget.
   *
   * @returns 0, or where it is used up, in how many milliseconds there will be another one
   */
  take(who: string): number {
    const now = this.clock.monotonicMs();
    const full = this.perSecond * BURST_S;
    const bucket = this.buckets.get(who) ?? { tokens: full, at: now };
    bucket.tokens = Math.min(full, bucket.tokens + ((now - bucket.at) / 1_000) * this.perSecond);
    bucket.at = now;
    this.buckets.delete(who);
    this.buckets.set(who, bucket);
    this.forgetFull(now);
    if (bucket.tokens < 1) return Math.ceil(((1 - bucket.tokens) / this.perSecond) * 1_000);
    bucket.tokens -= 1;
    return 0;
  }

  /** One that nobody has drawn from for long enough is full again, and as good as new. */
  private forgetFull(now: number): void {
    for (const [who, { at }] of this.buckets) {
      if (now - at < BURST_S * 1_000) return;
      this.buckets.delete(who);
    }
  }
}
