import { OutcomeStatus, PenstockError, type ResultReader } from '@penstock/protocol';
import type { OpenTask } from './open-task.js';
import { decodeContent } from './payload.js';
import type { TaskFailure, TaskOutcome, TaskRun } from './task-handle.js';

const NEVER_RAN: TaskRun = { worker: undefined, attempt: 0, waitMs: 0, runMs: 0 };

/** How a task ended, from the current record of a batch of results. */
export function readOutcome(record: ResultReader, task: OpenTask): TaskOutcome {
  const { worker, attempt, waitMs, runMs } = record;
  if (record.status !== OutcomeStatus.done)
    return failure(errorOf(record, task), { worker, attempt, waitMs, runMs });
  const content = decodeContent(record);
  if ('error' in content) return failure(content.error, { worker, attempt, waitMs, runMs });
  return { ok: true, value: content.value, worker, attempt, waitMs, runMs };
}

/** The outcome of a task that did not run, or of which that is not known. */
export function failure(error: PenstockError, run: TaskRun = NEVER_RAN): TaskFailure {
  const { worker, attempt, waitMs, runMs } = run;
  return { ok: false, error, worker, attempt, waitMs, runMs };
}

/** That a task was cancelled. */
export function cancelled({ name, id }: OpenTask): PenstockError {
  return new PenstockError('TASK_CANCELLED', `task ${name} (${id}) was cancelled`, {
    details: { taskId: id },
  });
}

function errorOf(record: ResultReader, task: OpenTask): PenstockError {
  const { name, id } = task;
  switch (record.status) {
    case OutcomeStatus.failed:
      return failed(record, task);
    case OutcomeStatus.cancelled:
      return cancelled(task);
    case OutcomeStatus.expired:
      return new PenstockError(
        'TASK_EXPIRED',
        `task ${name} (${id}) waited ${Math.round(record.waitMs)} ms in the queue, longer than it may`,
        { details: { taskId: id } },
      );
    default:
      return new PenstockError(
        'INTERNAL',
        `task ${name} (${id}) ended with the unknown status ${record.status}`,
      );
  }
}

/** The handler's error: what came is a `FailureReport`, if the worker keeps to the protocol. */
function failed(record: ResultReader, { name: task, id }: OpenTask): PenstockError {
  const content = decodeContent(record);
  const report = ('value' in content ? content.value : undefined) as
    Record<string, unknown> | null | undefined;
  const name = textOr(report?.['name'], 'Error');
  const message = textOr(report?.['message'], 'the handler gave no message');
  const stack = textOr(report?.['stack'], undefined);
  const code = textOr(report?.['code'], undefined);
  const cause = new Error(message);
  cause.name = name;
  cause.stack = stack ?? `${name}: ${message}`;
  if (code !== undefined) Object.assign(cause, { code });
  return new PenstockError('TASK_FAILED', `task ${task} (${id}) failed: ${name}: ${message}`, {
    details: {
      taskId: id,
      name,
      message,
      ...(stack !== undefined && { stack }),
      ...(code !== undefined && { code }),
    },
    cause,
  });
}

function textOr<Default>(value: unknown, otherwise: Default): string | Default {
  return typeof value === 'string' ? value : otherwise;
}
