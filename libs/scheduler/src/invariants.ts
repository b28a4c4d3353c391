import { invariant } from '@penstock/runtime';
import type { Scheduler } from './scheduler.js';
import { isFinal } from './task.js';
import type { User } from './queue/user.js';

/**
 * Derives everything that the scheduler counts or links from its tasks anew, and compares. For tests and simulations:
 * it costs as much as there are tasks.
 *
 * @throws InvariantError that names what does not agree
 */
export function checkInvariants(scheduler: Scheduler): void {
  const counts = new Map<User, { queued: number; running: number }>();
  let queued = 0;
  let running = 0;
  let payloadBytes = 0;
  let ended = 0;
  let resultBytes = 0;
  for (const task of scheduler.table) {
    const count = counts.get(task.user) ?? { queued: 0, running: 0 };
    counts.set(task.user, count);
    if (!isFinal(task.state)) payloadBytes += task.payloadBytes;
    if (task.state === 'queued') {
      queued += 1;
      count.queued += 1;
      const lane = task.bucket?.queue.lane;
      invariant(
        lane !== undefined && lane.name === task.name,
        'SCH-010',
        'a queued task waits in a lane of its name',
      );
      const { low, high } = lane.segment;
      invariant(
        low <= task.priority && task.priority < high,
        'SCH-011',
        'a task waits in the segment of its priority',
      );
      invariant(task.group === undefined, 'SCH-012', 'a queued task is leased to nobody');
    } else if (task.state === 'running') {
      running += 1;
      count.running += 1;
      invariant(task.bucket === undefined, 'SCH-013', 'a running task does not wait');
      const { group } = task;
      invariant(
        group !== undefined && task.timeline === group.leases,
        'SCH-014',
        'a running task is leased to a group',
      );
    } else {
      ended += 1;
      resultBytes += task.resultBytes;
      invariant(
        task.bucket === undefined && task.group === undefined,
        'SCH-015',
        'an ended task is nowhere else',
      );
    }
  }
  invariant(
    queued === scheduler.queued,
    'SCH-016',
    `${queued} tasks are queued, ${scheduler.queued} counted`,
  );
  invariant(running === scheduler.running, 'SCH-017', `${running} tasks run, ${scheduler.running} counted`);
  invariant(payloadBytes === scheduler.payloadBytes, 'SCH-018', 'payload bytes are counted right');
  invariant(ended === scheduler.retention.size, 'SCH-019', 'every ended task is kept');
  invariant(resultBytes === scheduler.retention.resultBytes, 'SCH-020', 'result bytes are counted right');
  for (const user of scheduler.users) {
    const count = counts.get(user) ?? { queued: 0, running: 0 };
    invariant(
      user.queued === count.queued,
      'SCH-021',
      `user ${user.id} has ${count.queued} queued, not ${user.queued}`,
    );
    invariant(
      user.running === count.running,
      'SCH-022',
      `user ${user.id} runs ${count.running}, not ${user.running}`,
    );
  }
  checkLanes(scheduler, queued);
  checkNames(scheduler);
  checkHubs(scheduler, running);
}

function checkLanes(scheduler: Scheduler, queued: number): void {
  let waiting = 0;
  for (const lane of scheduler.lanes) {
    const { first } = lane;
    for (const queue of lane) {
      waiting += queue.size;
      invariant(queue.lane === lane && !queue.isEmpty, 'SCH-023', 'a queue in a lane has something in it');
      invariant(queue.user.queues.includes(queue), 'SCH-024', 'a user knows its queues');
      const isFirst = first === queue || (first !== undefined && first.user.goesBefore(queue.user));
      invariant(isFirst, 'SCH-025', 'the user whose turn it is stands first in the lane');
      const best = queue.first;
      for (const task of queue) {
        const isBehind =
          best !== undefined &&
          (task === best ||
            task.priority < best.priority ||
            (task.priority === best.priority && task.order > best.order));
        invariant(isBehind, 'SCH-026', 'within a user higher priority goes first, then age');
      }
    }
  }
  invariant(waiting === queued, 'SCH-027', `${waiting} tasks stand in lanes, ${queued} are queued`);
}

function checkNames(scheduler: Scheduler): void {
  for (const name of scheduler.names) {
    const tasks = [...scheduler.table].filter((task) => task.name === name);
    const queued = tasks.filter(({ state }) => state === 'queued');
    invariant(
      queued.length === name.queued,
      'SCH-028',
      `${name.text} has ${queued.length} queued, not ${name.queued}`,
    );
    const oldest = queued.reduce((age, { order }) => Math.min(age, order), Infinity);
    invariant((name.oldest?.order ?? Infinity) === oldest, 'SCH-029', `the oldest of ${name.text} is known`);
    const running = tasks.filter(({ state }) => state === 'running').length;
    invariant(running === name.running, 'SCH-030', `${name.text} runs ${running}, not ${name.running}`);
  }
}

function checkHubs(scheduler: Scheduler, running: number): void {
  let leased = 0;
  for (const hub of scheduler.roster) {
    for (const group of hub.groups) {
      leased += group.leases.size;
      invariant(
        group.heapIndex >= 0 === group.free > 0,
        'SCH-031',
        'a group stands in its class while it has credit',
      );
      const { workerClass } = group;
      const { top } = workerClass.withCredit;
      invariant(
        group.free === 0 || top === group || top?.goesBefore(group) === true,
        'SCH-035',
        'of the groups of a class the one whose turn it is stands first',
      );
      for (const task of group.leases) {
        invariant(task.group === group, 'SCH-032', 'a leased task knows its group');
        invariant(workerClass.groupCount > 0, 'SCH-033', 'a group belongs to a class that lives');
      }
    }
  }
  invariant(leased === running, 'SCH-034', `${leased} leases are held, ${running} tasks run`);
}
