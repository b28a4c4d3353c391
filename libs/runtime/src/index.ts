export { backoffMs, type BackoffOptions } from './backoff.js';
export { presentBoot, type Boot } from './boot.js';
export { systemClock, type Clock } from './clock.js';
export { deferred, type Deferred } from './deferred.js';
export { assertNever, invariant, InvariantError } from './invariant.js';
export { changesIn, type Listed } from './list-changes.js';
export { RateBudget } from './rate-budget.js';
export { seededRandom, type Random } from './random.js';
export { systemTimers, type Timers } from './timers.js';
