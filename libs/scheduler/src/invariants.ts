import { invariant } from '@penstock/runtime';
import { dueTimeOf } from './delivery/due-times.js';
import { checkGroups, checkLanes, checkNames } from './invariants-places.js';
import type { User } from './queue/user.js';
import type { Scheduler } from './scheduler.js';
import { isFinal, type Task } from './task.js';

/**
 * Derives everything that the scheduler counts or links from its tasks anew, and compares. For tests and simulations:
 * it costs as much as there are tasks.
 *
 * @throws InvariantError that names what does not agree
 */
export function checkInvariants(scheduler: Scheduler): void {
  const counts = new Map<User, { queued: number; running: number }>();
  const count = {
    queued: 0,
    delayed: 0,
    running: 0,
    ended: 0,
    payloadBytes: 0,
    resultBytes: 0,
    deadBytes: 0,
  };
  for (const task of scheduler.table) {
    const ofUser = counts.get(task.user) ?? { queued: 0, running: 0 };
    counts.set(task.user, ofUser);
    checkTask(task);
    if (isFinal(task.state)) {
      count.ended += 1;
      if (task.state === 'done' || task.state === 'cancelled') count.resultBytes += task.resultBytes;
      else count.deadBytes += task.resultBytes;
      if (task.state !== 'done') count.deadBytes += task.payloadBytes;
      continue;
    }
    count.payloadBytes += task.payloadBytes;
    if (task.state === 'running') count.running += 1;
    else count.queued += 1;
    if (task.state === 'delayed') count.delayed += 1;
    ofUser[task.state === 'running' ? 'running' : 'queued'] += 1;
  }
  const { queued, delayed, running } = count;
  invariant(queued === scheduler.queued, 'SCH-016', `${queued} tasks wait, ${scheduler.queued} counted`);
  invariant(delayed === scheduler.delayed, 'SCH-036', `${delayed} are delayed, ${scheduler.delayed} counted`);
  invariant(running === scheduler.running, 'SCH-017', `${running} tasks run, ${scheduler.running} counted`);
  const { retention } = scheduler;
  invariant(count.payloadBytes === scheduler.payloadBytes, 'SCH-018', 'payload bytes are counted right');
  invariant(count.ended === retention.size, 'SCH-019', 'every ended task is kept');
  invariant(count.resultBytes === retention.resultBytes, 'SCH-020', 'result bytes are counted right');
  invariant(count.deadBytes === retention.deadBytes, 'SCH-037', 'bytes of dead tasks are counted right');
  for (const user of scheduler.users) {
    const { queued: waits, running: runs } = counts.get(user) ?? { queued: 0, running: 0 };
    invariant(user.queued === waits, 'SCH-021', `user ${user.id} has ${waits} queued, not ${user.queued}`);
    invariant(user.running === runs, 'SCH-022', `user ${user.id} runs ${runs}, not ${user.running}`);
  }
  checkDues(scheduler);
  checkLanes(scheduler, queued - delayed);
  checkNames(scheduler);
  checkGroups(scheduler, running);
}

/** Whether a task is where its state says, and nowhere else. */
function checkTask(task: Task): void {
  const { bucket, group, timeline, state } = task;
  const isEnded = isFinal(state);
  invariant(
    (task.cause !== undefined) === isEnded,
    'SCH-038',
    'a task has a cause of its end once it has ended',
  );
  invariant(!task.cancelling || state === 'running', 'SCH-039', 'only a running task is being cancelled');
  if (state === 'queued') {
    const lane = bucket?.queue.lane;
    const isInLane = lane !== undefined && lane.name === task.name;
    invariant(isInLane, 'SCH-010', 'a queued task waits in a lane of its name');
    const { low, high } = lane.segment;
    const isInSegment = low <= task.priority && task.priority < high;
    invariant(isInSegment, 'SCH-011', 'a task waits in the segment of its priority');
    invariant(group === undefined, 'SCH-012', 'a queued task is leased to nobody');
  } else if (state === 'delayed') {
    const isHeld =
      bucket === undefined && group === undefined && timeline === undefined && task.heapIndex >= 0;
    invariant(isHeld, 'SCH-040', 'a delayed task is held back and nowhere else');
  } else if (state === 'running') {
    invariant(bucket === undefined, 'SCH-013', 'a running task does not wait');
    const isLeased = group !== undefined && timeline === group.leases;
    invariant(isLeased, 'SCH-014', 'a running task is leased to a group');
  } else {
    invariant(bucket === undefined && group === undefined, 'SCH-015', 'an ended task is nowhere else');
  }
  invariant(task.past.length <= 32, 'SCH-041', 'of many past attempts the first and the last are kept');
}

/** Whatever expires at a time of its own is known to, and the first of them is due first. */
function checkDues({ table, dues }: Scheduler): void {
  const inHeap = new Set(dues);
  let first = Infinity;
  for (const { story } of table) {
    if (story === undefined) continue;
    const dueAt = dueTimeOf(story);
    first = Math.min(first, dueAt);
    const isRight = dueAt === story.dueAt && inHeap.has(story) === (dueAt !== Infinity);
    invariant(isRight, 'SCH-042', 'a task that expires at a time of its own stands where that time belongs');
    inHeap.delete(story);
  }
  invariant(inHeap.size === 0, 'SCH-043', 'nothing is due of a task that is not known');
  invariant((dues.next ?? Infinity) === first, 'SCH-044', 'what is due first stands first');
}
