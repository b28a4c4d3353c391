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
      return expired(record, task);
    default:
      return new PenstockError(
        'INTERNAL',
        `task ${name} (${id}) ended with the unknown status ${record.status}`,
      );
  }
}

/** That a task's time was over: what came is an `ExpiryReport`, or nothing. */
function expired(record: ResultReader, { name, id }: OpenTask): PenstockError {
  const report = reportIn(record);
  const cause = textOr(report?.['cause'], 'queue-ttl');
  const waitedMs = Math.round(record.waitMs);
  const why = textOr(report?.['message'], `it waited ${waitedMs} ms in the queue, longer than it may`);
  return new PenstockError('TASK_EXPIRED', `task ${name} (${id}) has expired: ${why}`, {
    details: { taskId: id, cause },
  });
}

function reportIn(record: ResultReader): Record<string, unknown> | undefined {
  const content = decodeContent(record);
  const value = 'value' in content ? content.value : undefined;
  return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : undefined;
}

/** The handler's error: what came is a `FailureReport`, if the worker keeps to the protocol. */
function failed(record: ResultReader, { name: task, id }: OpenTask): PenstockError {
  const report = reportIn(record);
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
