import { PenstockError, type OutcomeStatus } from '@penstock/protocol';
import { assertNever, invariant } from '@penstock/runtime';
import type { Effects } from '../effects.js';
import { Scheduler } from '../scheduler.js';
import type { Task } from '../task.js';
import type { Hub } from '../workers/hub.js';
import { EVENT_VERSION, type HubKey, type SchedulerEvent, type TaskKey } from './event.js';
import { bytesOf } from './task-key.js';

/**
 * A scheduler as the one began whose first event this is.
 *
 * @throws InvariantError when it is no first event, or of a version that is not known here
 */
export function beginFrom(event: SchedulerEvent, effects: Effects): Scheduler {
  invariant(event.on === 'began', 'SCH-050', 'the first event tells how the scheduler began');
  const { version, settings, epoch, seed } = event;
  invariant(version === EVENT_VERSION, 'SCH-051', `events have version ${EVENT_VERSION}, not ${version}`);
  return new Scheduler(effects, settings, epoch, 0, seed);
}

/**
 * Lets happen what was recorded.
 *
 * @throws InvariantError when the event is about a task or hub that this scheduler does not know
 */
export function applyEvent(scheduler: Scheduler, event: SchedulerEvent): void {
  try {
    apply(scheduler, event);
  } catch (error) {
    // A hub's groups were refused: then, too, and that was all that came of it.
    if (!(error instanceof PenstockError)) throw error;
  }
}

function apply(scheduler: Scheduler, event: SchedulerEvent): void {
  const task = (id: TaskKey): Task => taskOf(scheduler, id);
  const hub = (key: HubKey): Hub => hubOf(scheduler, key);
  switch (event.on) {
    case 'began':
      return;
    case 'submit':
      scheduler.submit(bytesOf(event.id), 0, event.submission, event.now);
      return;
    case 'restore':
      scheduler.restore(bytesOf(event.id), 0, event.restored, event.now);
      return;
    case 'rerun':
      scheduler.rerun(task(event.id), event.now, event.edits, event.by);
      return;
    case 'joinHub':
      scheduler.joinHub(event.incarnation, event.name, event.groups);
      return;
    case 'rejoinHub':
      return scheduler.rejoinHub(hub(event.hub), event.groups, new Set(event.held.map(task)), event.now);
    case 'setGroups':
      return scheduler.setGroups(hub(event.hub), event.groups);
    case 'loseHub':
      return scheduler.loseHub(hub(event.hub), event.now);
    case 'adopt':
      scheduler.adopt(hub(event.hub), bytesOf(event.id), 0, event, event.now);
      return;
    case 'endLimbo':
      return scheduler.endLimbo(event.now);
    case 'suspendHub':
      return scheduler.suspendHub(hub(event.hub));
    case 'setCredit':
      return scheduler.setCredit(hub(event.hub), event.group, event.sequence, event.window);
    case 'setLoad':
      return scheduler.setLoad(hub(event.hub), event.cpuPercent);
    case 'started':
      return scheduler.started(task(event.id), event.worker, event.now);
    case 'ended':
      return applyEnd(scheduler, task(event.id), event);
    case 'release':
      return scheduler.release(task(event.id), event.loss, event.now, event.error);
    case 'cancel':
      scheduler.cancel(task(event.id), event.now, event.by);
      return;
    case 'collected':
      return scheduler.collected(task(event.id), event.now);
    case 'dispatch':
      scheduler.dispatch(event.now);
      return;
    case 'tick':
      return scheduler.tick(event.now);
    default:
      assertNever(event);
  }
}

function applyEnd(
  scheduler: Scheduler,
  task: Task,
  { status, runMs, resultBytes, now, failure }: Extract<SchedulerEvent, { on: 'ended' }>,
): void {
  const known = failure && { ...failure, error: () => failure.error };
  scheduler.ended(task, status as OutcomeStatus, runMs, resultBytes, now, known);
}

function taskOf(scheduler: Scheduler, id: TaskKey): Task {
  const task = scheduler.find(bytesOf(id), 0);
  invariant(task !== undefined, 'SCH-052', `an event is about task ${id}, which is not known`);
  return task;
}

function hubOf({ roster }: Scheduler, key: HubKey): Hub {
  for (const hub of roster) if (hub.arrival === key) return hub;
  invariant(false, 'SCH-053', `an event is about hub ${key}, which is not known`);
}
