import type { TaskEvent } from '@penstock/protocol';
import { isFinal, type PastAttempt, type Task } from '@penstock/scheduler';
import type { WallTime } from './wall-time.js';

/** What happened to a task, oldest first. Of many attempts it has the first and the last ones. */
export function historyOf(task: Task, wall: WallTime): TaskEvent[] {
  const events: TaskEvent[] = [{ at: wall.of(task.submittedAt), event: 'accepted' }];
  for (const attempt of task.past) events.push(...eventsOf(attempt, wall));
  const { attempt, dispatchedAt, startedAt, state } = task;
  const isLast = task.past.at(-1)?.attempt === attempt && task.past.at(-1)?.epoch === task.epoch;
  const hub = task.group?.hub.name;
  const worker = task.worker === undefined ? {} : { worker: task.worker };
  if (attempt > 0 && !isLast && (state === 'running' || isFinal(state)) && dispatchedAt !== 0) {
    events.push({
      at: wall.of(dispatchedAt),
      event: 'dispatched',
      attempt,
      ...(hub === undefined ? {} : { hub }),
    });
    if (startedAt !== 0) events.push({ at: wall.of(startedAt), event: 'started', attempt, ...worker });
  }
  if (isFinal(state)) {
    const { cause } = task;
    const causes = cause === undefined || cause === state ? {} : { cause };
    events.push({
      at: wall.of(task.endedAt),
      event: state,
      ...(attempt > 0 ? { attempt } : {}),
      ...worker,
      ...causes,
    });
  } else if (state === 'delayed' && task.notBefore !== undefined) {
    events.push({ at: wall.of(task.past.at(-1)?.endedAt ?? task.submittedAt), event: 'delayed' });
  }
  return events.toSorted((a, b) => a.at - b.at);
}

function eventsOf(past: PastAttempt, wall: WallTime): TaskEvent[] {
  const { attempt, dispatchedAt, startedAt, endedAt, hub, worker, how, error } = past;
  const where = { ...(hub === undefined ? {} : { hub }), ...(worker === undefined ? {} : { worker }) };
  return [
    { at: wall.of(dispatchedAt), event: 'dispatched', attempt, ...(hub === undefined ? {} : { hub }) },
    ...(startedAt === 0 ? [] : [{ at: wall.of(startedAt), event: 'started', attempt, ...where }]),
    {
      at: wall.of(endedAt),
      event: how === 'failed' || how === 'timed-out' ? 'failed' : how === 'cancelled' ? how : 'lost',
      attempt,
      cause: how,
      ...where,
      ...(error === undefined ? {} : { error }),
    },
  ];
}
