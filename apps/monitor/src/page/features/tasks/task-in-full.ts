import { bytes, duration } from '@penstock/figures';
import type { Task, TaskDetail } from '../../api/client.js';
import { clock } from '../../ui/clock.js';

/** A task with what events said of it since it was asked for. */
export function withEvents(asked: TaskDetail, told: Task | undefined): TaskDetail {
  if (told === undefined) return asked;
  if (told.state === asked.state && told.attempt === asked.attempt) return { ...asked, ...told };
  // How it ended before, or where it was, is not how it is now.
  return asked.history === undefined ? told : { ...told, history: asked.history };
}

/** What is known of a task, by name. */
export function factsOf(task: TaskDetail): readonly (readonly [string, string])[] {
  const { durability, startedAt, finishedAt, waitMs, runMs, worker, failures, crashes, notBefore } = task;
  return [
    ['Name', task.name],
    ['Id', task.taskId],
    ['User', task.userId],
    ['Priority', String(task.priority)],
    ['Payload', bytes(task.payloadBytes)],
    ...fact('Kept', durability, (level) => (level === 'disk' ? 'on disk' : 'in memory')),
    ['Attempt', String(task.attempt)],
    ...fact('Failures', failures, String),
    ...fact('Losses', crashes, String),
    ['Submitted', clock(task.submittedAt)],
    ...fact('Not before', notBefore, (at) => new Date(at).toLocaleString('en-GB')),
    ...fact('Started', startedAt, clock),
    ...fact('Ended', finishedAt, clock),
    ...fact('Waited', waitMs, duration),
    ...fact('Ran', runMs, duration),
    ...fact('Worker', worker, String),
  ];
}

function fact<Value>(
  name: string,
  value: Value | undefined,
  show: (value: Value) => string,
): readonly (readonly [string, string])[] {
  return value === undefined ? [] : [[name, show(value)]];
}
