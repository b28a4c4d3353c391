import { invariant } from '@penstock/runtime';
import type { Users } from '../queue/users.js';
import type { Task } from '../task.js';
import { Group } from './group.js';
import { Hub } from './hub.js';
import type { Roster } from './roster.js';
import { WorkerClass } from './worker-class.js';

/**
 * Who holds what. A lease from before a restart is held by a hub that is not there, the limbo, until its hub says hello
 * with it or is given up.
 */
export class Leases {
  /** Tasks that run. */
  count = 0;
  /** The one group of the limbo: it has no window, no worker knows of it, and it is in no roster. */
  readonly limbo = new Group(new Hub('', '', -1), 0, new WorkerClass('', 0, 0, new Set()));
  private services = 0;

  constructor(
    private readonly roster: Roster,
    private readonly users: Users,
  ) {}

  /** Gives a task to a group, as its latest service to the user. */
  give(task: Task, group: Group): void {
    task.user.lastServed = ++this.services;
    this.put(task, group);
    this.roster.onLeases(group);
  }

  /** Puts a lease from before a restart into the limbo. */
  putInLimbo(task: Task): void {
    this.put(task, this.limbo);
  }

  /** Gives a lease from before a restart, out of the limbo or known to nobody, to a group of the hub that has come back with it. */
  adopt(task: Task, group: Group): void {
    if (task.group === undefined) this.put(task, group);
    else {
      this.limbo.leases.remove(task);
      group.leases.append(task);
      task.group = group;
    }
    this.roster.onLeases(group);
  }

  /** Ends a lease. @returns who held it */
  end(task: Task): Group {
    const { group } = task;
    invariant(group !== undefined, 'SCH-004', 'a lease that ends is held by a group');
    group.leases.remove(task);
    task.group = undefined;
    task.name.running -= 1;
    this.count -= 1;
    this.users.count(task.user, 0, -1);
    rerank(task);
    this.roster.onLeases(group);
    return group;
  }

  private put(task: Task, group: Group): void {
    task.group = group;
    group.leases.append(task);
    task.name.running += 1;
    this.count += 1;
    this.users.count(task.user, 0, 1);
    rerank(task);
  }
}

/** A user's turn depends on how many of its tasks run. */
function rerank({ user }: Task): void {
  for (const queue of user.queues) queue.lane.rerank(queue);
}
