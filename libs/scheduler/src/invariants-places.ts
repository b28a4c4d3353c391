import { invariant } from '@penstock/runtime';
import type { Scheduler } from './scheduler.js';
import type { Group } from './workers/group.js';

/** Everything that is queued stands in its lane, behind whatever goes before it. */
export function checkLanes(scheduler: Scheduler, queued: number): void {
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

/** Each name knows how many tasks it has, and which waits longest. */
export function checkNames(scheduler: Scheduler): void {
  for (const name of scheduler.names) {
    const tasks = [...scheduler.table].filter((task) => task.name === name);
    const delayed = tasks.filter(({ state }) => state === 'delayed');
    const queued = tasks.filter(({ state }) => state === 'queued');
    invariant(
      queued.length + delayed.length === name.queued && delayed.length === name.delayed,
      'SCH-028',
      `${name.text} has ${queued.length} + ${delayed.length} waiting, not ${name.queued}, ${name.delayed} of them delayed`,
    );
    const oldest = queued.reduce((age, { order }) => Math.min(age, order), Infinity);
    invariant((name.oldest?.order ?? Infinity) === oldest, 'SCH-029', `the oldest of ${name.text} is known`);
    const running = tasks.filter(({ state }) => state === 'running').length;
    invariant(running === name.running, 'SCH-030', `${name.text} runs ${running}, not ${name.running}`);
  }
}

/** Each lease is held by one group, and a group with credit stands where its share belongs. */
export function checkGroups({ roster, leases }: Scheduler, running: number): void {
  let leased = leases.limbo.leases.size;
  for (const task of leases.limbo.leases) {
    invariant(task.group === leases.limbo, 'SCH-045', 'a lease in limbo is known to be there');
  }
  invariant(leases.limbo.heapIndex < 0, 'SCH-046', 'the limbo gets nothing');
  for (const hub of roster) {
    for (const group of hub.groups) {
      leased += group.leases.size;
      checkGroup(group);
    }
  }
  invariant(leased === running, 'SCH-034', `${leased} leases are held, ${running} tasks run`);
}

function checkGroup(group: Group): void {
  const { workerClass, free } = group;
  const isInClass = group.heapIndex >= 0 === free > 0;
  invariant(isInClass, 'SCH-031', 'a group stands in its class while it has credit');
  const { top } = workerClass.withCredit;
  invariant(
    free === 0 || top === group || top?.goesBefore(group) === true,
    'SCH-035',
    'of the groups of a class the one whose turn it is stands first',
  );
  for (const task of group.leases) {
    invariant(task.group === group, 'SCH-032', 'a leased task knows its group');
    invariant(workerClass.groupCount > 0, 'SCH-033', 'a group belongs to a class that lives');
  }
}
