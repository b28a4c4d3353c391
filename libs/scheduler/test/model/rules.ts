import fc from 'fast-check';
import type { TaskRules } from '../../src/index.js';

/** Rules that no task may have. */
export const badRules: readonly TaskRules[] = [
  { maxAttempts: 0 },
  { maxAttempts: 1.5 },
  { maxAttempts: 65_536 },
  { deadlineMs: 0 },
  { deadlineMs: NaN },
  { delayMs: -1 },
  { delayMs: Infinity },
  { queueTtlMs: 0 },
  { backoff: { kind: 'fixed', delayMs: -1, maxDelayMs: 0 } },
  { backoff: { kind: 'exponential', delayMs: 2, maxDelayMs: 1 } },
];

/** Times that advancing meets exactly now and then. */
const ms = fc.constantFrom(1, 999, 1_000, 1_001, 2_000, 5_000, 6_000);

const backoff = fc.record({
  kind: fc.constantFrom('fixed', 'exponential', 'jitter'),
  delayMs: fc.constantFrom(0, 1, 1_000),
  maxDelayMs: fc.constantFrom(1_000, 1_500, 5_000),
});

/** Rules that a task may have. */
export const goodRules: fc.Arbitrary<TaskRules> = fc.record(
  {
    maxAttempts: fc.integer({ min: 1, max: 4 }),
    backoff,
    onWorkerLoss: fc.constantFrom('retry', 'retry', 'fail'),
    deadlineMs: ms,
    delayMs: fc.oneof(fc.constant(0), ms),
    queueTtlMs: ms,
  },
  { requiredKeys: [] },
);

/** A third of all tasks have none. */
export const rules: fc.Arbitrary<TaskRules | undefined> = fc.oneof(
  { weight: 20, arbitrary: fc.constant(undefined) },
  { weight: 40, arbitrary: goodRules },
  { weight: 1, arbitrary: fc.constantFrom(...badRules) },
);

/** Rules that a task may have which was let in before. */
export const oldRules: fc.Arbitrary<TaskRules | undefined> = fc.oneof(fc.constant(undefined), goodRules);
