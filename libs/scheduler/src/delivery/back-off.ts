import type { Chance } from './chance.js';
import type { TaskRules } from './rules.js';

/**
 * How long a task waits for its next attempt.
 *
 * @param failures so far, at least 1
 * @returns milliseconds; 0 = it may follow at once
 */
export function backOffMs({ backoff }: TaskRules, failures: number, chance: Chance): number {
  if (backoff === undefined) return 0;
  const { kind, delayMs, maxDelayMs } = backoff;
  if (kind === 'fixed') return delayMs;
  const longest = Math.min(maxDelayMs, delayMs * 2 ** (failures - 1));
  return kind === 'exponential' ? longest : longest * chance.next();
}
