import type { Group, Scheduler, Task } from '@penstock/scheduler';
import { promise } from '../world/violation.js';
import type { Plans } from './plans.js';

/** What must hold of each dispatch, at the moment of it: the task has just been leased to the group. */
export function checkGrant(scheduler: Scheduler, plans: Plans, task: Task, group: Group): void {
  const { user, name, priority } = task;
  promise(
    plans.takes(group, name.text, priority),
    'band',
    () =>
      `${name.text} with priority ${priority} went to group ${group.index} of ${group.hub.name}, which may not take it`,
  );
  promise(
    group.leases.size <= group.window,
    'credit',
    () =>
      `${group.hub.name} holds ${group.leases.size} tasks of group ${group.index}, and wants ${group.window}`,
  );
  const runningBefore = user.running - 1;
  for (const lane of scheduler.lanes) {
    for (const queue of lane) {
      const { first } = queue;
      if (first === undefined || !plans.takes(group, lane.name.text, first.priority)) continue;
      if (queue.user === user) {
        const isBehind =
          first.priority < priority || (first.priority === priority && first.order > task.order);
        promise(
          isBehind,
          'order',
          () => `of user ${user.id} a task went before one with more priority, or an older one`,
        );
      } else {
        promise(
          queue.user.running >= runningBefore,
          'fair',
          () =>
            `user ${user.id} with ${runningBefore} running was served before ${queue.user.id} with ${queue.user.running}`,
        );
      }
    }
  }
}

/** Once everything is handed out that can be: no group with credit is left that could take something that waits. */
export function checkNothingIsLeft(scheduler: Scheduler, plans: Plans): void {
  for (const hub of scheduler.roster) {
    for (const group of hub.groups) {
      if (group.free === 0) continue;
      for (const lane of scheduler.lanes) {
        for (const queue of lane) {
          const isLeft =
            queue.first !== undefined && plans.takes(group, lane.name.text, queue.first.priority);
          promise(
            !isLeft,
            'work-goes-on',
            () =>
              `${lane.name.text} waits while group ${group.index} of ${hub.name} has credit for ${group.free}`,
          );
        }
      }
    }
  }
}
