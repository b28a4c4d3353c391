import { OutcomeStatus, type TaskId } from '@penstock/protocol';
import type { RunLog } from '../hub/run-log.js';
import { promise } from '../world/violation.js';

const RULE = 'accepted-lease';

/** What was told of a task's end must be what a handler really did, in the attempt that is named. */
export function checkOutcome(
  runs: RunLog,
  taskId: TaskId,
  attempt: number,
  status: number,
  payload: string,
): void {
  if (status !== OutcomeStatus.done && status !== OutcomeStatus.failed) return;
  const number = runNumberOf(status, payload);
  // A worker's death is told by its hub, not by a handler.
  if (number === undefined && status === OutcomeStatus.failed) return;
  const run = number === undefined ? undefined : runs.at(number);
  promise(
    run?.taskId === taskId && run.attempt === attempt,
    RULE,
    () =>
      `task ${taskId} is said to have ended in attempt ${attempt} with ${payload}, which is not of that attempt`,
  );
  const expected = status === OutcomeStatus.done ? 'done' : 'failed';
  promise(
    run.ended === expected,
    RULE,
    () => `task ${taskId} is said to be ${expected}, its handler is ${run.ended}`,
  );
}

function runNumberOf(status: number, payload: string): number | undefined {
  if (payload === '') return undefined;
  const value = JSON.parse(payload) as { run?: number; name?: string; message?: string } | null;
  if (status === OutcomeStatus.done) return value?.run;
  return value?.name === 'SimError' ? Number(value.message?.slice('run '.length)) : undefined;
}
