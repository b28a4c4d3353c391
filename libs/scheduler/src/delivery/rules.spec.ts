import { describe, expect, it } from 'vitest';
import { refuseRules, type BackOff, type TaskRules } from './rules.js';

const backoff: BackOff = { kind: 'jitter', delayMs: 1_000, maxDelayMs: 60_000 };

describe('rules', () => {
  it('are good within their bounds', () => {
    const good: TaskRules[] = [
      {},
      { maxAttempts: 1 },
      { maxAttempts: 65_535, backoff, onWorkerLoss: 'fail', deadlineMs: 0.5, delayMs: 0, queueTtlMs: 1e15 },
      { backoff: { ...backoff, kind: 'exponential', maxDelayMs: 1_000 } },
      { backoff: { kind: 'fixed', delayMs: 1_000, maxDelayMs: 0 } },
    ];
    for (const rules of good) expect(refuseRules(rules)).toBeUndefined();
  });

  it.each<[string, unknown]>([
    ['maxAttempts is a whole number from 1 to 65535, not 0', { maxAttempts: 0 }],
    ['maxAttempts is a whole number from 1 to 65535, not 1.5', { maxAttempts: 1.5 }],
    ['maxAttempts is a whole number from 1 to 65535, not 65536', { maxAttempts: 65_536 }],
    ['onWorkerLoss is "retry" or "fail", not "give up"', { onWorkerLoss: 'give up' }],
    ['a deadline is above 0 milliseconds, not 0', { deadlineMs: 0 }],
    ['a deadline is above 0 milliseconds, not NaN', { deadlineMs: NaN }],
    ['a deadline is above 0 milliseconds, not null', { deadlineMs: null }],
    ['a delay is 0 milliseconds or more, not -1', { delayMs: -1 }],
    ['a delay is 0 milliseconds or more, not Infinity', { delayMs: Infinity }],
    ['the time in the queue is above 0 milliseconds, not 2000000000000000', { queueTtlMs: 2e15 }],
    ['a back-off is "fixed", "exponential" or "jitter", not "linear"', { backoff: { kind: 'linear' } }],
    ['a back-off is 0 milliseconds or more, not -1', { backoff: { ...backoff, delayMs: -1 } }],
    [
      'the longest back-off is no shorter than the first, 1000 ms, not 999',
      { backoff: { ...backoff, maxDelayMs: 999 } },
    ],
  ])('are refused: %s', (message, rules) => {
    expect(refuseRules(rules as TaskRules)).toEqual({ code: 'INVALID_RULES', message });
  });
});
