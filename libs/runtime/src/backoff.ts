import type { Random } from './random.js';

/** Settings of {@link backoffMs}. */
export interface BackoffOptions {
  /** Bound of the first delay in milliseconds. */
  readonly firstMs: number;
  /** Bound that the delay never exceeds, in milliseconds. */
  readonly maxMs: number;
}

/**
 * How long to wait before try number `attempt` (0 = the first retry): exponential, with equal jitter,
 * that is between half of the bound and the bound, so that many peers do not come back at once.
 */
export function backoffMs(attempt: number, options: BackoffOptions, random: Random = Math.random): number {
  const bound = Math.min(options.maxMs, options.firstMs * 2 ** Math.min(attempt, 30));
  return bound / 2 + (bound / 2) * random();
}
