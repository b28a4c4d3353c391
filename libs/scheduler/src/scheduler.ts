import type { HubGroup, LeaseNumbers, OutcomeStatus } from '@penstock/protocol';
import { OutcomeStatus as Status } from '@penstock/protocol';
import { invariant } from '@penstock/runtime';
import { Admission, type Refusal, type Submission } from './admission.js';
import type { Effects, RequeueCause } from './effects.js';
import { Lanes } from './queue/lanes.js';
import { Names } from './queue/names.js';
import { Users } from './queue/users.js';
import { Retention } from './retention.js';
import type { SchedulerSettings } from './settings.js';
import { isFinal, Task, transition } from './task.js';
import { TaskTable } from './task-table.js';
import type { Group } from './workers/group.js';
import type { Hub } from './workers/hub.js';
import { Roster } from './workers/roster.js';
import type { WorkerClass } from './workers/worker-class.js';

/** How often what has waited or was kept for too long is looked for. */
const SWEEP_INTERVAL_MS = 1_000;
/** Tasks that one sweep ends or forgets at most; the rest follows in the next turn. */
const SWEEP_MAX = 20_000;

/** Where a cancel found the task. */
export type CancelledFrom = 'queued' | 'running' | 'finished';

/**
 * The scheduler: events and the time go in, decisions come out through {@link Effects}. It has no clock, no I/O, no
 * chance and no timer; whoever drives it calls `dispatch` after a round of events and `tick` at `nextDeadline`.
 *
 * What is queued stands in lanes of (name, segment of priorities), in each lane by user, and within a user by priority
 * and age. What runs is leased to a group of a hub. What has ended is kept for a time and then forgotten.
 */
export class Scheduler {
  readonly table: TaskTable;
  readonly names: Names;
  readonly users: Users;
  readonly roster: Roster;
  readonly lanes: Lanes;
  readonly retention: Retention;
  /** Outcomes, starts and returns that came from somebody who did not hold the lease. */
  refusedLeases = 0;

  private readonly admission: Admission;
  private readonly active: WorkerClass[] = [];
  private queuedCount = 0;
  private runningCount = 0;
  private payloadBytesHeld = 0;
  private submissions = 0;
  private services = 0;
  private nextSweepAt: number | undefined;

  /**
   * @param epoch of this life of the balancer; part of every lease
   * @param idSalt 32 bits of chance that clients do not know: they choose their ids, but not where these collide
   */
  constructor(
    private readonly effects: Effects,
    private readonly settings: SchedulerSettings,
    readonly epoch: number,
    idSalt = 0,
  ) {
    this.table = new TaskTable(idSalt);
    const activate = (workerClass: WorkerClass): void => this.activate(workerClass);
    this.lanes = new Lanes(activate);
    this.names = new Names(settings.namesMax, (name) => this.lanes.dropName(name));
    this.users = new Users(settings.usersMax);
    this.roster = new Roster(this.lanes, this.names, settings.classesMax, activate);
    this.admission = new Admission(settings, this.names, this.users);
    this.retention = new Retention(settings, (task) => this.forget(task));
  }

  get queued(): number {
    return this.queuedCount;
  }

  get running(): number {
    return this.runningCount;
  }

  /** Payload bytes of queued and running tasks. */
  get payloadBytes(): number {
    return this.payloadBytesHeld;
  }

  /** The task with the id at `offset`; ended ones are found until they are forgotten. */
  find(view: DataView, offset: number): Task | undefined {
    return this.table.find(view, offset);
  }

  /** Queues a task with an id that is not known yet, or says why not. */
  submit(view: DataView, offset: number, submission: Submission, now: number): Task | Refusal {
    const admitted = this.admission.admit(submission, this);
    if ('code' in admitted) return admitted;
    const { name, user } = admitted;
    const { priority, payloadBytes } = submission;
    const slot = this.table.nextSlot();
    const task = new Task(slot, this.epoch, name, user, priority, this.submissions++, now, payloadBytes);
    this.table.add(task, view, offset);
    this.payloadBytesHeld += payloadBytes;
    this.queuedCount += 1;
    this.users.count(user, 1, 0);
    name.addFresh(task);
    this.lanes.add(task);
    this.nextSweepAt ??= now + SWEEP_INTERVAL_MS;
    return task;
  }

  /**
   * A hub has come, with its groups.
   *
   * @throws PenstockError `TOO_MANY_BANDS` or `TOO_MANY_NAMES`
   */
  joinHub(incarnation: string, name: string, groups: readonly HubGroup[]): Hub {
    const hub = this.roster.join(incarnation, name);
    try {
      this.roster.setGroups(hub, groups);
    } catch (error) {
      this.roster.leave(hub);
      throw error;
    }
    return hub;
  }

  /**
   * A hub is back over a new connection and has told what it holds. What it does not know of was lost on the way.
   *
   * @param held the tasks that it listed and that {@link leased} found to be its own
   * @throws PenstockError `TOO_MANY_BANDS` or `TOO_MANY_NAMES`
   */
  rejoinHub(hub: Hub, groups: readonly HubGroup[], held: ReadonlySet<Task>, now: number): void {
    for (const group of hub.groups) {
      for (const task of [...group.leases].reverse()) {
        if (!held.has(task)) this.release(task, 'undelivered', now);
      }
    }
    this.roster.setGroups(hub, groups);
  }

  /** A hub's session has ended: what it held is queued again, youngest first, so that each finds its place at once. */
  loseHub(hub: Hub, now: number): void {
    for (const group of hub.groups) {
      for (const task of [...group.leases].reverse()) this.release(task, 'hub-lost', now);
    }
    this.roster.leave(hub);
  }

  /** A hub cannot be reached: it gets nothing new, and keeps what it has, until it rejoins or is lost. */
  suspendHub(hub: Hub): void {
    for (const group of hub.groups) this.roster.setWindow(group, 0);
  }

  /** A hub's credit for a group has changed. */
  setCredit(hub: Hub, groupIndex: number, sequence: number, window: number): void {
    const group = hub.groups[groupIndex];
    if (group === undefined || sequence <= group.creditSequence) return;
    group.creditSequence = sequence;
    this.roster.setWindow(group, window);
  }

  /** The load of a hub's machine, 0 to 100. */
  setLoad(hub: Hub, cpuPercent: number): void {
    const step = Math.min(9, Math.floor(cpuPercent / 10));
    if (step !== hub.cpuStep) this.roster.setCpuStep(hub, step);
  }

  /** The running task that `hub` holds under this lease; anything else is counted and refused. */
  leased(hub: Hub, view: DataView, offset: number, lease: LeaseNumbers): Task | undefined {
    const task = this.table.findHinted(view, offset, lease.slot);
    const isHeld =
      task !== undefined &&
      task.group?.hub === hub &&
      task.attempt === lease.attempt &&
      task.epoch === lease.epoch;
    if (!isHeld) this.refusedLeases += 1;
    return isHeld ? task : undefined;
  }

  /** A worker began the attempt. */
  started(task: Task, worker: string, now: number): void {
    task.startedAt = now;
    task.worker = worker;
  }

  /** The attempt has ended, and the task with it. */
  ended(task: Task, status: OutcomeStatus, runMs: number, resultBytes: number, now: number): void {
    task.runMs = runMs;
    task.resultBytes = resultBytes;
    this.unlease(task);
    this.finish(
      task,
      status === Status.done ? 'done' : status === Status.failed ? 'failed' : 'cancelled',
      now,
    );
  }

  /** The lease has ended without an outcome: the task is queued again with its first age, or its cancel is done. */
  release(task: Task, cause: RequeueCause, now: number): void {
    this.unlease(task);
    if (task.cancelling) {
      this.finish(task, 'cancelled', now);
      return;
    }
    transition(task, 'queued');
    // An attempt that never began did not happen: its number is given again.
    if (cause === 'returned' || cause === 'undelivered') task.attempt -= 1;
    task.startedAt = 0;
    task.progress = 0;
    task.worker = undefined;
    this.queuedCount += 1;
    this.users.count(task.user, 1, 0);
    task.name.addReturned(task);
    this.lanes.add(task);
    this.effects.requeued(task, cause);
  }

  /** Cancels a task: at once when it waits, by its hub when it runs; of one that has ended the result is dropped. */
  cancel(task: Task, now: number): CancelledFrom {
    if (task.state === 'queued') {
      this.unqueue(task);
      this.finish(task, 'cancelled', now);
      return 'queued';
    }
    if (task.state === 'running') {
      if (!task.cancelling && task.group !== undefined) {
        task.cancelling = true;
        this.effects.cancelOnHub(task, task.group);
      }
      return 'running';
    }
    this.retention.dropResult(task, now);
    this.effects.dropResult(task);
    return 'finished';
  }

  /** The client has the result. */
  collected(task: Task, now: number): void {
    if (isFinal(task.state)) this.retention.collect(task, now);
  }

  /**
   * Hands out what can be handed out: the group with the largest share of free credit gets the next task of its lanes,
   * until no group has credit or nothing is left for those that have.
   *
   * @returns how many attempts were dispatched
   */
  dispatch(now: number): number {
    let dispatched = 0;
    for (let workerClass = this.nextClass(); workerClass !== undefined; workerClass = this.nextClass()) {
      const task = workerClass.pick();
      const group = workerClass.withCredit.top;
      if (task === undefined || group === undefined) this.deactivate(workerClass);
      else {
        this.lease(task, group, now);
        dispatched += 1;
      }
    }
    return dispatched;
  }

  /** Ends what has waited for too long and forgets what was kept for long enough. */
  tick(now: number): void {
    if (this.nextSweepAt === undefined || now < this.nextSweepAt) return;
    const isDone = this.expireQueued(now) && this.retention.sweep(now, SWEEP_MAX);
    if (this.table.size === 0) this.nextSweepAt = undefined;
    else this.nextSweepAt = isDone ? now + SWEEP_INTERVAL_MS : now;
  }

  /** When `tick` is due, in the time of its `now`; `undefined` = not as things are. */
  nextDeadline(): number | undefined {
    return this.nextSweepAt;
  }

  private lease(task: Task, group: Group, now: number): void {
    this.unqueue(task);
    transition(task, 'running');
    task.attempt += 1;
    task.dispatchedAt = now;
    task.group = group;
    group.leases.append(task);
    task.name.running += 1;
    this.runningCount += 1;
    task.user.lastServed = ++this.services;
    this.users.count(task.user, 0, 1);
    this.rerank(task);
    this.roster.onLeases(group);
    this.effects.dispatch(task, group);
  }

  private unlease(task: Task): void {
    const { group } = task;
    invariant(group !== undefined, 'SCH-004', 'a lease that ends is held by a group');
    group.leases.remove(task);
    task.group = undefined;
    task.name.running -= 1;
    this.runningCount -= 1;
    this.users.count(task.user, 0, -1);
    this.rerank(task);
    this.roster.onLeases(group);
  }

  private unqueue(task: Task): void {
    this.lanes.remove(task);
    task.name.remove(task);
    this.queuedCount -= 1;
    this.users.count(task.user, -1, 0);
  }

  private rerank({ user }: Task): void {
    for (const queue of user.queues) queue.lane.rerank(queue);
  }

  private finish(task: Task, state: 'done' | 'failed' | 'cancelled' | 'expired', now: number): void {
    transition(task, state);
    task.endedAt = now;
    task.keptSince = now;
    task.cancelling = false;
    this.payloadBytesHeld -= task.payloadBytes;
    this.effects.ended(task);
    this.retention.keep(task);
  }

  private forget(task: Task): void {
    this.effects.forgotten(task);
    this.table.remove(task);
  }

  /** Of the classes that may have something to take, the one whose first group goes before those of the others. */
  private nextClass(): WorkerClass | undefined {
    let best: WorkerClass | undefined;
    let bestGroup: Group | undefined;
    for (const workerClass of this.active) {
      const group = workerClass.withCredit.top;
      if (bestGroup === undefined || (group !== undefined && group.goesBefore(bestGroup))) {
        best = workerClass;
        bestGroup = group;
      }
    }
    return best;
  }

  private activate(workerClass: WorkerClass): void {
    if (workerClass.isActive || workerClass.withCredit.size === 0) return;
    workerClass.isActive = true;
    this.active.push(workerClass);
  }

  private deactivate(workerClass: WorkerClass): void {
    workerClass.isActive = false;
    const last = this.active.pop();
    if (last !== undefined && last !== workerClass) this.active[this.active.indexOf(workerClass)] = last;
  }

  private expireQueued(now: number): boolean {
    const submittedUntil = now - this.settings.queuedTtlMs;
    let left = SWEEP_MAX;
    for (const name of this.names) {
      for (
        let task = name.oldest;
        task !== undefined && task.submittedAt <= submittedUntil;
        task = name.oldest
      ) {
        if (left-- === 0) return false;
        this.unqueue(task);
        this.finish(task, 'expired', now);
      }
    }
    return true;
  }
}
