import type { DispatchReader, LeaseNumbers } from '@penstock/protocol';
import { invariant } from '@penstock/runtime';
import type { TaskIsolation } from '@penstock/worker/host';
import { Deadlines } from './deadlines.js';
import { transition, type HeldTask } from './held-task.js';
import { HeldTasks } from './held-tasks.js';
import type { SlotEffects } from './slot-effects.js';
import { SlotGroup, type GroupPlan } from './slot-group.js';
import { SlotWorker } from './slot-worker.js';

/** A worker that has not got on for so long is busy with a long task: what waits behind it is taken back. */
const LONG_MS = 50;
/** What waits in a group where nothing began for so long is given back: another hub may have room. */
const STUCK_MS = 100;
/** The same for a group without a living worker: one is on its way, if it is not its tasks that kill it. */
const EMPTY_MS = 2_000;
/** How often the two are looked for, while there is something to look at. */
const LOOK_MS = 25;
/** While the folder is reloaded, workers differ in what they know, so these may go before a task that fits nowhere. */
const LOOK_PAST = 16;

/** Settings of a {@link SlotTable}. */
export interface SlotSettings {
  /** How long a handler that was told to end may take before its worker is killed, in milliseconds. */
  readonly cancelGraceMs: number;
  /** Work to keep ahead of each slot, in milliseconds. */
  readonly prefetchMs: number;
  /** Tasks that all groups together hold ahead at most. */
  readonly aheadMax: number;
}

/**
 * The one place that knows where each task of this hub is: waiting in its group, with a worker, or ended and not yet
 * settled. It is synchronous and has no clock and no I/O: events and the time go in, {@link SlotEffects} come out.
 * Whoever drives it calls `place` after a round of events, and `tick` at `nextDeadline`.
 */
export class SlotTable {
  readonly held = new HeldTasks();
  private readonly added: SlotGroup[] = [];
  /** Handlers that may take only so long, and when that is over. */
  private readonly timeouts = new Deadlines();
  /** Handlers that were told to end, and when their workers are killed for not having done so. */
  private readonly kills = new Deadlines();
  private paused = false;

  constructor(
    private readonly settings: SlotSettings,
    private readonly effects: SlotEffects,
  ) {}

  get groups(): readonly SlotGroup[] {
    return this.added;
  }

  /** Adds a group: it has the next index from 0, and keeps it. */
  addGroup(plan: GroupPlan, isolation: TaskIsolation = {}): SlotGroup {
    const { prefetchMs, aheadMax } = this.settings;
    const group = new SlotGroup(this.added.length, plan, isolation, prefetchMs);
    this.added.push(group);
    for (const each of this.added) each.aheadMax = aheadMax / this.added.length;
    return group;
  }

  /** Nothing is handed to workers while it is set. */
  get isPaused(): boolean {
    return this.paused;
  }

  set isPaused(paused: boolean) {
    this.paused = paused;
    for (const group of this.groups) this.effects.creditChanged(group);
  }

  /** Attempts that a group wants in hand at most. */
  windowOf(group: SlotGroup): number {
    return this.paused ? 0 : group.window;
  }

  /** The folder's tasks have changed: what a group does not run any more is given back. */
  setTasks(group: SlotGroup, tasks: ReadonlySet<string>): void {
    group.tasks = tasks;
    group.pace.keepOnly(tasks);
    for (const task of group.waiting.drain()) {
      if (tasks.has(task.name)) group.waiting.push(task);
      else this.giveBack(task, `this hub has no task ${task.name} any more`);
    }
  }

  addWorker(group: SlotGroup, name: string): SlotWorker {
    const worker = new SlotWorker(group, name, group.plan.kind === 'inline' ? group.plan.slots : 1);
    group.workers.push(worker);
    return worker;
  }

  /** A worker has loaded its tasks. */
  onReady(worker: SlotWorker, tasks: ReadonlySet<string>): void {
    if (worker.state !== 'starting') return;
    worker.tasks = tasks;
    worker.state = 'ready';
    this.effects.creditChanged(worker.group);
  }

  /** A worker is to take nothing new, and to stop when it has nothing left. */
  retire(worker: SlotWorker): void {
    if (worker.state === 'gone' || worker.state === 'retiring') return;
    worker.state = 'retiring';
    this.recall(worker);
    this.stopIfDone(worker);
    this.effects.creditChanged(worker.group);
  }

  /** A worker's process or thread is dead. What it had begun is lost, the rest waits again. */
  onGone(worker: SlotWorker, reason: string): void {
    const { group } = worker;
    group.workers.splice(group.workers.indexOf(worker), 1);
    const wasStopped = worker.state === 'gone';
    worker.state = 'gone';
    // It may have begun as many more as it had room for and died before it could say so.
    this.begunUnseen(worker, Math.max(0, worker.concurrency - worker.running.size));
    if (worker.killedFor === undefined && !wasStopped && worker.running.size > 0) group.pace.onWorkerLost();
    for (const task of worker.running) this.dieWithWorker(task, worker, reason);
    worker.running.clear();
    this.takeBack(worker, worker.handed.drain());
    this.effects.creditChanged(group);
  }

  /** The record's attempt was dispatched to this hub. The same lease twice is one attempt. */
  onDispatch(record: DispatchReader): void {
    const group = this.groups[record.group];
    if (this.held.find(record.view, record.record, record) !== undefined) return;
    const task = this.held.add(record);
    if (group === undefined || !group.tasks.has(task.name)) {
      this.giveBack(task, `this hub has no task ${task.name}`);
      return;
    }
    group.pace.onDispatch(task.name);
    group.waiting.push(task);
  }

  /** Hands out what can be handed out. */
  place(now: number): void {
    for (const group of this.groups) {
      if (!this.paused && group.waiting.size > 0) this.placeIn(group, now);
      if (group.waiting.size === 0) group.stuckSince = undefined;
      else group.stuckSince ??= now;
    }
  }

  /** A worker says that it runs the attempt of this lease. */
  onStarted(worker: SlotWorker, idView: DataView, idOffset: number, lease: LeaseNumbers, now: number): void {
    const task = this.held.find(idView, idOffset, lease);
    if (task?.worker === worker && task.state === 'handed') this.onClaimed(worker, task.sequence + 1, now);
  }

  /** A worker was seen to have claimed its first `claimed` tasks (modulo 2^30). */
  onClaimed(worker: SlotWorker, claimed: number, now: number): void {
    this.begun(worker, worker.handedBefore(claimed), now);
  }

  /**
   * A worker says how an attempt ended.
   *
   * @returns the task when the outcome counts: it is kept until it is settled
   */
  onOutcome(
    worker: SlotWorker,
    idView: DataView,
    idOffset: number,
    lease: LeaseNumbers,
    runMs: number,
    now: number,
  ): HeldTask | undefined {
    const task = this.held.find(idView, idOffset, lease);
    if (task?.worker !== worker) return undefined;
    if (task.state === 'handed') {
      this.begun(worker, worker.handedBefore(task.sequence), now);
      worker.handed.shift();
    } else worker.running.delete(task);
    worker.movedAt = now;
    worker.group.pace.onRun(task.name, runMs);
    this.forgetDeadlines(task);
    transition(task, 'ended');
    this.stopIfDone(worker);
    this.effects.creditChanged(worker.group);
    if (task.ending !== 'revoked') return task;
    this.held.delete(task);
    return undefined;
  }

  /** What a worker had not claimed, from number `from` on (modulo 2^30), is ours again. */
  onRecalled(worker: SlotWorker, from: number, now: number): void {
    if (!worker.isRecalling) return;
    worker.isRecalling = false;
    this.begun(worker, worker.handedBefore(from), now);
    this.takeBack(worker, worker.handed.drain());
    for (const task of worker.running) if (task.ending !== undefined) this.endHandler(task, worker, now);
    this.stopIfDone(worker);
  }

  /** The attempt is to end: cancelled by the client, or no longer ours (then it leaves no outcome). */
  end(task: HeldTask, as: 'cancelled' | 'revoked', now: number): void {
    if (task.state === 'ended') {
      if (as === 'revoked') this.held.delete(task);
      return;
    }
    const before = task.ending;
    if (before !== 'revoked') task.ending = as;
    const { worker } = task;
    if (worker === undefined) {
      this.groups[task.group]?.waiting.remove(task);
      this.endUnrun(task);
    } else if (before === 'timedOut') {
      // Its worker is killed when it would have been, and says how it ended as that of any cancelled task.
      if (as === 'cancelled') this.effects.abort(worker, task, as);
    } else if (before !== undefined) return;
    else if (task.state === 'running') this.endHandler(task, worker, now);
    else this.recall(worker);
  }

  /** The balancer has dealt with the task's outcome. */
  settled(task: HeldTask): void {
    invariant(task.state === 'ended', 'HUB-002', `an outcome is settled, not a ${task.state} task`);
    this.held.delete(task);
  }

  /** Gives back all that no worker has begun, as far as that is known. */
  giveBackWaiting(reason: string): void {
    for (const group of this.groups) {
      for (const task of group.waiting.drain()) this.giveBack(task, reason);
      for (const worker of group.workers) this.recall(worker);
    }
  }

  /** Looks after what takes too long. */
  tick(now: number): void {
    for (const task of this.timeouts.takeDue(now)) this.timeOut(task, now);
    for (const task of this.kills.takeDue(now)) {
      const why = task.ending === 'timedOut' ? 'a task that timed out' : 'a cancelled task';
      if (task.worker !== undefined) this.kill(task.worker, `${why} did not end in time`);
    }
    for (const group of this.groups) {
      for (const worker of group.workers) {
        if (worker.handed.size > 0 && worker.backlog > 0 && now - worker.movedAt > LONG_MS)
          this.recall(worker);
      }
      const patienceMs = group.liveSlots > 0 ? STUCK_MS : EMPTY_MS;
      if (group.stuckSince !== undefined && now - group.stuckSince > patienceMs) {
        for (const task of group.waiting.drain()) this.giveBack(task, 'no worker of the group is free');
        // Whatever it asks for ahead would come back to be given back again, ten times in a second.
        group.pace.onStuck();
        this.effects.creditChanged(group);
      }
    }
  }

  /** When `tick` is due, in the time of its `now`; `undefined` = not as things are. */
  nextDeadline(now: number): number | undefined {
    let next = Math.min(this.timeouts.next, this.kills.next);
    const isQueueing = this.groups.some(
      (group) => group.waiting.size > 0 || group.workers.some((worker) => worker.backlog > 0),
    );
    if (isQueueing) next = Math.min(next, now + LOOK_MS);
    return next === Infinity ? undefined : next;
  }

  private placeIn(group: SlotGroup, now: number): void {
    const passedOver: HeldTask[] = [];
    let isFreeLeft = true;
    for (let task = group.waiting.shift(); task !== undefined; task = group.waiting.shift()) {
      const free: SlotWorker | undefined = isFreeLeft ? group.freeWorker(task.name) : undefined;
      const worker = free ?? group.soonFreeWorker(task.name, now - LONG_MS);
      if (worker === undefined) {
        passedOver.push(task);
        if (passedOver.length > LOOK_PAST) break;
      } else this.hand(worker, task, now);
      isFreeLeft = free !== undefined || group.hasFreeWorker;
    }
    group.waiting.pushFront(passedOver);
  }

  private hand(worker: SlotWorker, task: HeldTask, now: number): void {
    if (worker.load === 0) worker.movedAt = now;
    worker.group.stuckSince = undefined;
    transition(task, 'handed', worker);
    task.sequence = worker.handedCount++;
    worker.handed.push(task);
    this.effects.hand(worker, task);
  }

  /** The first `count` tasks that were handed to a worker have begun. */
  private begun(worker: SlotWorker, count: number, now: number): void {
    for (let left = count; left > 0; left--) {
      const task = worker.handed.shift();
      if (task === undefined) return;
      transition(task, 'running', worker);
      worker.running.add(task);
      if (task.timeoutMs > 0) this.timeouts.set(task, now + task.timeoutMs);
      this.effects.started(worker, task);
    }
  }

  /** A worker that is dead may have begun the first `count` of its tasks. */
  private begunUnseen(worker: SlotWorker, count: number): void {
    for (let left = count; left > 0; left--) {
      const task = worker.handed.shift();
      if (task === undefined) return;
      transition(task, 'running', worker);
      worker.running.add(task);
    }
  }

  private timeOut(task: HeldTask, now: number): void {
    const { worker } = task;
    if (worker === undefined || task.ending !== undefined) return;
    task.ending = 'timedOut';
    this.endHandler(task, worker, now);
  }

  private forgetDeadlines(task: HeldTask): void {
    if (task.timeoutMs > 0) this.timeouts.delete(task);
    if (task.ending !== undefined) this.kills.delete(task);
  }

  private recall(worker: SlotWorker): void {
    if (worker.isRecalling || worker.handed.size === 0) return;
    worker.isRecalling = true;
    this.effects.recall(worker);
  }

  private takeBack({ group }: SlotWorker, tasks: readonly HeldTask[]): void {
    const again = tasks.filter((task) => {
      transition(task, 'waiting');
      if (task.ending !== undefined) this.endUnrun(task);
      return task.ending === undefined;
    });
    if (again.length > 0) group.waiting.pushFront(again);
  }

  /** A task that is to end and has not begun ends at once. */
  private endUnrun(task: HeldTask): void {
    if (task.ending === 'revoked') this.held.delete(task);
    else {
      transition(task, 'ended');
      this.effects.ended(task, undefined, 'cancelled');
    }
  }

  private endHandler(task: HeldTask, worker: SlotWorker, now: number): void {
    if (this.kills.has(task)) return;
    this.kills.set(task, now + this.settings.cancelGraceMs);
    this.effects.abort(worker, task, task.ending === 'timedOut' ? 'timedOut' : 'cancelled');
  }

  private kill(worker: SlotWorker, reason: string): void {
    if (worker.killedFor !== undefined) return;
    worker.killedFor = reason;
    this.effects.kill(worker, reason);
  }

  private dieWithWorker(task: HeldTask, worker: SlotWorker, reason: string): void {
    this.forgetDeadlines(task);
    if (task.ending === 'revoked') this.held.delete(task);
    else if (task.ending !== undefined) {
      transition(task, 'ended');
      this.effects.ended(task, worker, task.ending);
    } else {
      this.effects.lost(task, worker.killedFor ?? reason, worker.killedFor === undefined);
      this.held.delete(task);
    }
  }

  private giveBack(task: HeldTask, reason: string): void {
    this.effects.returned(task, reason);
    this.held.delete(task);
  }

  private stopIfDone(worker: SlotWorker): void {
    if (worker.state !== 'retiring' || worker.load > 0 || worker.isRecalling) return;
    worker.state = 'gone';
    this.effects.stop(worker);
  }
}
