import type { Refusal } from '../admission.js';

/** How long a failed task waits for its next attempt; times in milliseconds. */
export interface BackOff {
  /**
   * `fixed`: always `delayMs`. `exponential`: `delayMs`, doubled with each failure. `jitter`: anything from 0 up to what
   * `exponential` would be, by chance.
   */
  readonly kind: 'fixed' | 'exponential' | 'jitter';
  readonly delayMs: number;
  /** What the doubling ends at, at least `delayMs`; `fixed` does not look at it. */
  readonly maxDelayMs: number;
}

/** What should happen to a task when it fails, loses its worker or comes too late. What is absent is the default. */
export interface TaskRules {
  /** Failures after which the task ends as failed, 1 to 65,535; losses are not among them. Default 1. */
  readonly maxAttempts?: number;
  /** Default: the next attempt may follow at once. */
  readonly backoff?: BackOff;
  /** After the loss of an attempt that may have begun: dispatch it again, or never start it twice. Default `retry`. */
  readonly onWorkerLoss?: 'retry' | 'fail';
  /** Milliseconds from submission to the end, above 0. Default: no bound. */
  readonly deadlineMs?: number;
  /** Milliseconds from submission during which it is held back. Default 0. */
  readonly delayMs?: number;
  /** Milliseconds in the queue, from when it is no longer held back, above 0. Default: that of the settings. */
  readonly queueTtlMs?: number;
  /** Others may ask for the task by this: once done, it is known for the time of such tasks. */
  readonly idempotencyKey?: string;
}

export const MAX_ATTEMPTS = 65_535;
/** No time of a rule is longer: some 31,000 years, which leaves clocks exact to the millisecond. */
const MAX_MS = 1e15;

/** Why these are no rules; `undefined` when they are. */
export function refuseRules(rules: TaskRules): Refusal | undefined {
  const {
    maxAttempts = 1,
    backoff,
    onWorkerLoss = 'retry',
    deadlineMs = 1,
    delayMs = 0,
    queueTtlMs = 1,
  } = rules;
  if (!Number.isInteger(maxAttempts) || maxAttempts < 1 || maxAttempts > MAX_ATTEMPTS) {
    return invalid(`maxAttempts is a whole number from 1 to ${MAX_ATTEMPTS}, not ${maxAttempts}`);
  }
  if (onWorkerLoss !== 'retry' && onWorkerLoss !== 'fail') {
    return invalid(`onWorkerLoss is "retry" or "fail", not ${JSON.stringify(onWorkerLoss)}`);
  }
  if (!isTime(deadlineMs) || deadlineMs === 0) {
    return invalid(`a deadline is above 0 milliseconds, not ${deadlineMs}`);
  }
  if (!isTime(delayMs)) return invalid(`a delay is 0 milliseconds or more, not ${delayMs}`);
  if (!isTime(queueTtlMs) || queueTtlMs === 0) {
    return invalid(`the time in the queue is above 0 milliseconds, not ${queueTtlMs}`);
  }
  return backoff === undefined ? undefined : refuseBackOff(backoff);
}

function refuseBackOff({ kind, delayMs, maxDelayMs }: BackOff): Refusal | undefined {
  if (kind !== 'fixed' && kind !== 'exponential' && kind !== 'jitter') {
    return invalid(`a back-off is "fixed", "exponential" or "jitter", not ${JSON.stringify(kind)}`);
  }
  if (!isTime(delayMs)) return invalid(`a back-off is 0 milliseconds or more, not ${delayMs}`);
  if (kind !== 'fixed' && !(isTime(maxDelayMs) && maxDelayMs >= delayMs)) {
    return invalid(`the longest back-off is no shorter than the first, ${delayMs} ms, not ${maxDelayMs}`);
  }
  return undefined;
}

function isTime(ms: number): boolean {
  return Number.isFinite(ms) && ms >= 0 && ms <= MAX_MS;
}

function invalid(message: string): Refusal {
  return { code: 'INVALID_RULES', message };
}
