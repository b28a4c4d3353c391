import { RefusedError } from './refused-error.js';

/** Failed attempts in a row that an address has, and how soon it gets one back. */
const BURST = 10;
const REFILL_MS = 6_000;
/** The same of all addresses together: whoever has many must not have as many attempts. */
const BURST_OF_ALL = 300;
const REFILL_OF_ALL_MS = 200;
/** Addresses that are remembered; the one that failed longest ago is forgotten first. */
const ADDRESSES_MAX = 10_000;

/** Who has failed of late to say who he is. An address that fails too often must wait. */
export class Attempts {
  private readonly addresses = new Map<string, Bucket>();
  private readonly all = new Bucket(BURST_OF_ALL, REFILL_OF_ALL_MS);

  /** @throws RefusedError `TOO_MANY_ATTEMPTS` when this address must wait */
  mustBeFree(address: string, now: number): void {
    const waitMs = Math.max(this.addresses.get(address)?.waitMs(now) ?? 0, this.all.waitMs(now));
    if (waitMs === 0) return;
    const retryAfterMs = Math.ceil(waitMs);
    throw new RefusedError(
      'attempts',
      `too many failed attempts: try again in ${Math.ceil(waitMs / 1_000)} s`,
      {
        details: { retryAfterMs },
      },
    );
  }

  fail(address: string, now: number): void {
    const bucket = this.addresses.get(address) ?? new Bucket(BURST, REFILL_MS);
    this.addresses.delete(address);
    this.addresses.set(address, bucket);
    const [oldest] = this.addresses.keys();
    if (oldest !== undefined && this.addresses.size > ADDRESSES_MAX) this.addresses.delete(oldest);
    bucket.take(now);
    this.all.take(now);
  }
}

/** So many at once, then one each so often. */
class Bucket {
  private used = 0;
  private at = 0;

  constructor(
    private readonly size: number,
    private readonly refillMs: number,
  ) {}

  take(now: number): void {
    this.refill(now);
    this.used = Math.min(this.size, this.used + 1);
  }

  waitMs(now: number): number {
    this.refill(now);
    return this.used <= this.size - 1 ? 0 : (this.used - this.size + 1) * this.refillMs;
  }

  private refill(now: number): void {
    this.used = Math.max(0, this.used - (now - this.at) / this.refillMs);
    this.at = now;
  }
}
