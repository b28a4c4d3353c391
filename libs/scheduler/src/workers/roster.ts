import { PenstockError, type HubGroup } from '@penstock/protocol';
import { nextUp } from '../queue/float.js';
import type { Lanes } from '../queue/lanes.js';
import type { Names } from '../queue/names.js';
import type { TaskName } from '../queue/task-name.js';
import { Group } from './group.js';
import { Hub } from './hub.js';
import { WorkerClass } from './worker-class.js';

/** Hubs, their groups, and the classes that these fall into. */
export class Roster {
  private readonly hubs = new Set<Hub>();
  private readonly classes = new Map<string, WorkerClass>();
  private arrivals = 0;

  /**
   * @param classesMax distinct classes at most
   * @param onCredit told when a class has got a group with credit
   */
  constructor(
    private readonly lanes: Lanes,
    private readonly names: Names,
    private readonly classesMax: number,
    private readonly onCredit: (workerClass: WorkerClass) => void,
  ) {}

  [Symbol.iterator](): IterableIterator<Hub> {
    return this.hubs.values();
  }

  /** A new hub, without groups so far. */
  join(incarnation: string, name: string): Hub {
    const hub = new Hub(incarnation, name, this.arrivals++);
    this.hubs.add(hub);
    return hub;
  }

  /**
   * Sets a hub's groups. A group keeps its leases whatever becomes of it; one that is not announced any more gets
   * nothing new.
   *
   * @throws PenstockError `TOO_MANY_BANDS` or `TOO_MANY_NAMES`; the hub's groups are then as they were
   */
  setGroups(hub: Hub, announced: readonly HubGroup[]): void {
    const classes = this.claimClasses(announced);
    // Counted before any group leaves its class: that may be one which another group now comes to.
    for (const workerClass of classes) workerClass.groupCount += 1;
    const groups: Group[] = [];
    classes.forEach((workerClass, index) => {
      const known = hub.groups[index];
      const group = known ?? new Group(hub, index, workerClass);
      if (known !== undefined) this.leaveClass(known);
      group.workerClass = workerClass;
      group.creditSequence = -1;
      groups.push(group);
    });
    for (const group of hub.groups.slice(announced.length)) {
      this.setWindow(group, 0);
      groups.push(group);
    }
    hub.groups = groups;
    announced.forEach(({ window }, index) => this.setWindow(groups[index] as Group, window));
  }

  /** Takes a hub off the roster; its leases must have ended. */
  leave(hub: Hub): void {
    for (const group of hub.groups) {
      group.window = 0;
      this.leaveClass(group);
    }
    this.hubs.delete(hub);
  }

  setWindow(group: Group, window: number): void {
    group.window = window;
    this.onLeases(group);
  }

  /** The load of a hub's machine, in steps of 10 %. It moves several groups at once, so none stands in a heap meanwhile. */
  setCpuStep(hub: Hub, step: number): void {
    for (const group of hub.groups) {
      if (group.heapIndex >= 0) group.workerClass.withCredit.remove(group);
    }
    hub.cpuStep = step;
    for (const group of hub.groups) this.onLeases(group);
  }

  /** Puts a group where it belongs after its credit or leases have changed. */
  onLeases(group: Group): void {
    const { withCredit } = group.workerClass;
    if (group.free === 0) {
      if (group.heapIndex >= 0) withCredit.remove(group);
      return;
    }
    if (group.heapIndex >= 0) withCredit.update(group);
    else withCredit.add(group);
    this.onCredit(group.workerClass);
  }

  private leaveClass(group: Group): void {
    const { workerClass } = group;
    if (group.heapIndex >= 0) workerClass.withCredit.remove(group);
    workerClass.groupCount -= 1;
    if (workerClass.groupCount > 0) return;
    this.classes.delete(workerClass.key);
    this.lanes.removeClass(workerClass);
    release(workerClass.names);
  }

  /** The classes of these groups; all of them, or none when there would be too many. */
  private claimClasses(announced: readonly HubGroup[]): WorkerClass[] {
    const fresh = new Map<string, WorkerClass>();
    try {
      const claimed = announced.map((group) => this.claimClass(group, fresh));
      for (const workerClass of fresh.values()) {
        this.classes.set(workerClass.key, workerClass);
        this.lanes.addClass(workerClass);
      }
      return claimed;
    } catch (error) {
      for (const { names } of fresh.values()) release(names);
      throw error;
    }
  }

  private claimClass(group: HubGroup, fresh: Map<string, WorkerClass>): WorkerClass {
    const key = classKey(group);
    const known = this.classes.get(key) ?? fresh.get(key);
    if (known !== undefined) return known;
    if (this.classes.size + fresh.size >= this.classesMax) {
      throw new PenstockError(
        'TOO_MANY_BANDS',
        `the balancer holds at most ${this.classesMax} distinct worker groups (band and task names): use fewer, or raise LB_BANDS_MAX`,
        { details: { limit: this.classesMax } },
      );
    }
    const made = new WorkerClass(key, ...bandOf(group), this.claimNames(group.tasks));
    fresh.set(key, made);
    return made;
  }

  /** Each name counts as known from here on, so that it does not make room for the next one. */
  private claimNames(texts: readonly string[]): Set<TaskName> {
    const names = new Set<TaskName>();
    for (const text of texts) {
      const name = this.names.claim(text);
      if (name === undefined) {
        release(names);
        throw new PenstockError(
          'TOO_MANY_NAMES',
          `the balancer holds all the task names that it may, "${text}" is one too many: raise LB_TASKNAMES_MAX`,
        );
      }
      if (!names.has(name)) name.knownBy += 1;
      names.add(name);
    }
    return names;
  }
}

function release(names: ReadonlySet<TaskName>): void {
  for (const name of names) name.knownBy -= 1;
}

function bandOf({ minPriority, maxPriority }: HubGroup): [from: number, until: number] {
  return [minPriority ?? -Infinity, maxPriority === null ? Infinity : nextUp(maxPriority)];
}

function classKey(group: HubGroup): string {
  return JSON.stringify([group.minPriority, group.maxPriority, [...new Set(group.tasks)].sort()]);
}
