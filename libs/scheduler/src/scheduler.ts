import type { HubGroup, LeaseNumbers, OutcomeStatus } from '@penstock/protocol';
import { invariant } from '@penstock/runtime';
import { Admission, type Refusal, type Submission } from './admission.js';
import { Chance } from './delivery/chance.js';
import { Delivery, type Failure } from './delivery/delivery.js';
import { DueTimes } from './delivery/due-times.js';
import type { AttemptError, LeaseLoss } from './delivery/past.js';
import type { TaskRules } from './delivery/rules.js';
import { Dispatcher } from './dispatcher.js';
import type { Effects } from './effects.js';
import type { Actor } from './events/event.js';
import { Lifecycle, type CancelledFrom } from './lifecycle.js';
import { Lanes } from './queue/lanes.js';
import { Names } from './queue/names.js';
import { Users } from './queue/users.js';
import { isLeaseOf, mayBeNextLease, revive, type Lease, type RestoredTask } from './recovery.js';
import { Retention } from './retention.js';
import type { SchedulerSettings } from './settings.js';
import { isDead, isFinal, Task } from './task.js';
import { TaskTable } from './task-table.js';
import { Waiting } from './waiting.js';
import type { Group } from './workers/group.js';
import type { Hub } from './workers/hub.js';
import { Leases } from './workers/leases.js';
import { Roster } from './workers/roster.js';

/** How often what has waited or was kept for too long is looked for. */
const SWEEP_INTERVAL_MS = 1_000;
/** Tasks that one tick ends, queues or forgets at most of each kind; the rest follows in the next turn. */
const SWEEP_MAX = 20_000;

/** A failure of which nothing more is known. */
const PLAIN_FAILURE: Failure = { retryable: true, timedOut: false };

/** What is to be different when a task is run again; what is absent stays. */
export interface RerunEdits {
  readonly priority?: number;
  /** Bytes of the payload that whoever keeps it has put in the place of the old one. */
  readonly payloadBytes?: number;
  readonly rules?: TaskRules;
  /** The error of the attempt that it ended with, for its past. */
  readonly lastError?: AttemptError;
}

/**
 * The scheduler: events and the time go in, decisions come out through {@link Effects}. It has no clock, no I/O, no
 * chance but that of its seed and no timer; whoever drives it calls `dispatch` after a round of events and `tick` at
 * `nextDeadline`.
 *
 * What is queued stands in lanes of (name, segment of priorities), in each lane by user, and within a user by priority
 * and age. What is delayed is held until its time has come. What runs is leased to a group of a hub. What has ended is
 * kept for a time and then forgotten.
 */
export class Scheduler {
  readonly table: TaskTable;
  readonly names: Names;
  readonly users: Users;
  readonly roster: Roster;
  readonly lanes: Lanes;
  readonly retention: Retention;
  readonly waiting: Waiting;
  readonly leases: Leases;
  /** Tasks that expire at a time of their own. */
  readonly dues: DueTimes;
  /** Outcomes, starts and returns that came from somebody who did not hold the lease. */
  refusedLeases = 0;

  private readonly admission: Admission;
  private readonly dispatcher = new Dispatcher();
  private readonly lifecycle: Lifecycle;
  private nextOrder = 0;
  private nextSweepAt: number | undefined;

  /**
   * @param epoch of this life of the balancer; part of every lease that it gives
   * @param idSalt 32 bits of chance that clients do not know: they choose their ids, but not where these collide
   * @param seed 32 bits, of the chance in back-offs
   */
  constructor(
    private readonly effects: Effects,
    private readonly settings: SchedulerSettings,
    readonly epoch: number,
    idSalt = 0,
    seed = 0,
  ) {
    this.table = new TaskTable(idSalt);
    const activate = this.dispatcher.activate.bind(this.dispatcher);
    this.lanes = new Lanes(activate);
    this.names = new Names(settings.namesMax, (name) => this.lanes.dropName(name));
    this.users = new Users(settings.usersMax);
    this.roster = new Roster(this.lanes, this.names, settings.classesMax, activate);
    this.admission = new Admission(settings, this.names, this.users);
    this.retention = new Retention(
      settings,
      (task) => this.forget(task),
      (task) => effects.archived(task),
    );
    this.dues = new DueTimes(settings);
    this.waiting = new Waiting(this.lanes, this.users, this.dues);
    this.leases = new Leases(this.roster, this.users);
    const delivery = new Delivery(settings, new Chance(seed));
    const { waiting, leases, dues, retention } = this;
    this.lifecycle = new Lifecycle(effects, epoch, waiting, leases, dues, delivery, retention);
  }

  /** Tasks that wait, delayed ones included. */
  get queued(): number {
    return this.waiting.count;
  }

  /** Tasks that are held back. */
  get delayed(): number {
    return this.waiting.delayed;
  }

  get running(): number {
    return this.leases.count;
  }

  /** Payload bytes of tasks that wait or run. */
  get payloadBytes(): number {
    return this.lifecycle.payloadBytes;
  }

  /** The task with the id at `offset`; ended ones are found until they are forgotten. */
  find(view: DataView, offset: number): Task | undefined {
    return this.table.find(view, offset);
  }

  /** Queues a task with an id that is not known yet, or holds it back as its rules say, or says why not. */
  submit(view: DataView, offset: number, submission: Submission, now: number): Task | Refusal {
    const admitted = this.admission.admit(submission, this);
    if ('code' in admitted) return admitted;
    const { name, user } = admitted;
    const { priority, payloadBytes, rules } = submission;
    const slot = this.table.nextSlot();
    const task = new Task(slot, this.epoch, name, user, priority, this.nextOrder++, now, payloadBytes);
    this.table.add(task, view, offset);
    this.lifecycle.enter(task, rules);
    this.nextSweepAt ??= now + SWEEP_INTERVAL_MS;
    return task;
  }

  /**
   * Puts a task back that was let in before a restart, whatever the bounds, under an id that is not known yet. The
   * order of calls does not matter; oldest first is cheapest. A running one waits in the limbo for {@link adopt}.
   */
  restore(view: DataView, offset: number, restored: RestoredTask, now: number): Task {
    const { order, submittedAt, epoch, state } = restored;
    const { priority, payloadBytes, rules, name: text, userId } = restored.submission;
    const [name, user] = [this.names.hold(text), this.users.hold(userId)];
    const slot = this.table.nextSlot();
    const task = new Task(slot, epoch, name, user, priority, order, submittedAt, payloadBytes);
    this.nextOrder = Math.max(this.nextOrder, order + 1);
    this.table.add(task, view, offset);
    revive(task, restored);
    if (isFinal(task.state)) {
      // Those of one that may be run again, and of one that stands for its key.
      const areKept = isDead(task.state) || rules?.idempotencyKey !== undefined;
      if (rules !== undefined && areKept) task.ensureStory().rules = rules;
      this.retention.restore(task, 'collected' in state && state.collected);
    } else this.lifecycle.restore(task, rules, state.is === 'delayed' ? state.notBefore : 0);
    this.nextSweepAt ??= now + SWEEP_INTERVAL_MS;
    return task;
  }

  /**
   * Queues a task anew that ended without a result, or says why not. It is as if it were handed in now, under the same
   * id: its age, its deadlines, its failures and losses begin anew; the numbers of its attempts go on, and its past
   * stays. What its last attempt left behind is dropped.
   *
   * @param task one that `isDead`
   * @param _by who wants it, for the record of events
   */
  rerun(task: Task, now: number, edits: RerunEdits = {}, _by?: Actor): Task | Refusal {
    invariant(isDead(task.state), 'SCH-006', 'only a task that ended without a result is run again');
    const { priority = task.priority, payloadBytes = task.payloadBytes, rules = task.rules } = edits;
    const submission = { name: task.name.text, userId: task.user.id, priority, payloadBytes, rules };
    const admitted = this.admission.admit(submission, this);
    if ('code' in admitted) return admitted;
    const changed = { ...admitted, priority, payloadBytes, order: this.nextOrder++, submittedAt: now };
    this.lifecycle.again(task, changed, rules, edits.lastError);
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
        if (!held.has(task)) this.lifecycle.onLoss(task, 'undelivered', undefined, now);
      }
    }
    this.roster.setGroups(hub, groups);
  }

  /**
   * A hub's groups have changed; what it holds stays.
   *
   * @throws PenstockError `TOO_MANY_BANDS` or `TOO_MANY_NAMES`
   */
  setGroups(hub: Hub, groups: readonly HubGroup[]): void {
    this.roster.setGroups(hub, groups);
  }

  /** A hub's session has ended: what it held is queued again, youngest first, so that each finds its place at once. */
  loseHub(hub: Hub, now: number): void {
    for (const group of hub.groups) this.loseLeases(group, now);
    this.roster.leave(hub);
  }

  /**
   * A hub says hello with a lease from before the restart: it goes on, held by the group of that hub with the most room
   * for it. That the lease was given may not have come to the disk. Then its task waits, and stops waiting.
   *
   * @returns the task; `undefined` when this lease is not its last one, or no group of the hub runs such tasks
   */
  adopt(hub: Hub, view: DataView, offset: number, lease: Lease, now: number): Task | undefined {
    const task = this.table.find(view, offset);
    if (task === undefined) return undefined;
    const isInLimbo = task.group === this.leases.limbo;
    const isLast = isInLimbo ? isLeaseOf(task, lease) : mayBeNextLease(task, lease, this.epoch);
    const group = isLast ? hub.roomiestFor(task) : undefined;
    if (group === undefined) return undefined;
    if (isInLimbo) this.leases.adopt(task, group);
    else this.lifecycle.adopt(task, group, lease, now);
    return task;
  }

  /** Hubs had time enough to come back after a restart: what nobody has claimed is lost with its hub. */
  endLimbo(now: number): void {
    this.loseLeases(this.leases.limbo, now);
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
    const isHeld = task !== undefined && task.group?.hub === hub && isLeaseOf(task, lease);
    if (!isHeld) this.refusedLeases += 1;
    return isHeld ? task : undefined;
  }

  /** A worker began the attempt. */
  started(task: Task, worker: string, now: number): void {
    task.startedAt = now;
    task.worker = worker;
  }

  /**
   * The attempt has ended with an outcome, and the task with it, unless it failed and its rules allow another attempt.
   *
   * @param runMs how long the handler ran
   * @param failure what is known of it if it failed
   */
  ended(
    task: Task,
    status: OutcomeStatus,
    runMs: number,
    resultBytes: number,
    now: number,
    failure: Failure = PLAIN_FAILURE,
  ): void {
    task.runMs = runMs;
    task.resultBytes = resultBytes;
    this.lifecycle.onOutcome(task, status, failure, now);
  }

  /**
   * The lease has ended without an outcome: the task is queued again with its first age, or its cancel is done, or the
   * loss was one too many.
   *
   * @param error what there is to say of it, for its past
   */
  release(task: Task, loss: LeaseLoss, now: number, error?: AttemptError): void {
    this.lifecycle.onLoss(task, loss, error, now);
  }

  /** Cancels a task: at once when it waits, by its hub when it runs; of one that has ended the result is dropped. */
  cancel(task: Task, now: number, _by?: Actor): CancelledFrom {
    return this.lifecycle.cancel(task, now);
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
    return this.dispatcher.run(this.lifecycle, now);
  }

  /** Ends what is over time, queues what is not to wait any longer, and forgets what was kept for long enough. */
  tick(now: number): void {
    this.expireDue(now);
    for (let left = SWEEP_MAX; left > 0 && this.lifecycle.wake(now);) left -= 1;
    if (this.nextSweepAt === undefined || now < this.nextSweepAt) return;
    const isDone = this.expireQueued(now) && this.retention.sweep(now, SWEEP_MAX);
    if (this.table.size === 0) this.nextSweepAt = undefined;
    else this.nextSweepAt = isDone ? now + SWEEP_INTERVAL_MS : now;
  }

  /** When `tick` is due, in the time of its `now`; `undefined` = not as things are. */
  nextDeadline(): number | undefined {
    // Whatever is due was let in, and from then on there is a next sweep.
    const { nextSweepAt } = this;
    if (nextSweepAt === undefined) return undefined;
    return Math.min(nextSweepAt, this.dues.next ?? Infinity, this.waiting.nextWake ?? Infinity);
  }

  private loseLeases(group: Group, now: number): void {
    for (const task of [...group.leases].reverse()) {
      this.lifecycle.onLoss(task, 'hub-lost', undefined, now);
    }
  }

  private forget(task: Task): void {
    this.effects.forgotten(task);
    this.table.remove(task);
  }

  private expireDue(now: number): void {
    for (let left = SWEEP_MAX; left > 0; left--) {
      const task = this.dues.firstDue(now);
      if (task === undefined) return;
      this.lifecycle.onDue(task, now);
    }
  }

  private expireQueued(now: number): boolean {
    const submittedUntil = now - this.settings.queuedTtlMs;
    let left = SWEEP_MAX;
    for (const name of this.names) {
      for (
        let task = name.oldestUntimed;
        task !== undefined && task.submittedAt <= submittedUntil;
        task = name.oldestUntimed
      ) {
        if (left-- === 0) return false;
        this.lifecycle.onQueueTtl(task, now);
      }
    }
    return true;
  }
}
