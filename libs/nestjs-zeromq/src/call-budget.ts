import type { Clock } from '@penstock/runtime';

/** How long a connection may save up calls that it did not make. */
const BURST_S = 10;

interface Bucket {
  tokens: number;
  at: number;
}

/** How many calls each connection may make: a bucket of tokens each, which fills up by itself. */
export class CallBudget {
  /** Buckets that are not full, the one that was drawn from longest ago first. */
  private readonly buckets = new Map<string, Bucket>();

  /** @param callsPerSecond on the average of ten seconds */
  constructor(
    private readonly clock: Clock,
    private readonly callsPerSecond: number,
  ) {}

  /** Connections of which something is remembered. */
  get size(): number {
    return this.buckets.size;
  }

  /** Takes one call out of a connection's budget; false when it is used up. */
  take(peer: string): boolean {
    const now = this.clock.monotonicMs();
    const full = this.callsPerSecond * BURST_S;
    const bucket = this.buckets.get(peer) ?? { tokens: full, at: now };
    bucket.tokens = Math.min(full, bucket.tokens + ((now - bucket.at) / 1_000) * this.callsPerSecond);
    bucket.at = now;
    this.buckets.delete(peer);
    this.buckets.set(peer, bucket);
    this.forgetFull(now);
    if (bucket.tokens < 1) return false;
    bucket.tokens -= 1;
    return true;
  }

  /** One that nobody has drawn from for long enough is full again, and as good as new. */
  private forgetFull(now: number): void {
    for (const [peer, { at }] of this.buckets) {
      if (now - at < BURST_S * 1_000) return;
      this.buckets.delete(peer);
    }
  }
}
