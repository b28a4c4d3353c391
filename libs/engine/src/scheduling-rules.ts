import type { TaskRules as GivenRules } from '@penstock/protocol';
import type { TaskRules } from '@penstock/scheduler';

/**
 * The rules that the scheduler applies, of those that came with a task.
 *
 * @param wallMs when the task was accepted, by the balancer's wall clock
 */
export function schedulingRules(given: GivenRules, wallMs: number): TaskRules {
  const { maxAttempts, backoff, onWorkerLoss, deadlineMs, queueTtlMs, runAt, idempotencyKey } = given;
  const delayMs = runAt === undefined ? given.delayMs : Math.max(0, runAt - wallMs);
  return {
    ...(maxAttempts === undefined ? {} : { maxAttempts }),
    ...(backoff === undefined ? {} : { backoff }),
    ...(onWorkerLoss === undefined ? {} : { onWorkerLoss }),
    ...(deadlineMs === undefined ? {} : { deadlineMs }),
    ...(queueTtlMs === undefined ? {} : { queueTtlMs }),
    ...(delayMs === undefined ? {} : { delayMs }),
    ...(idempotencyKey === undefined ? {} : { idempotencyKey }),
  };
}
