import {
  DispatchReader,
  limits,
  OutcomeReader,
  OutcomeStatus,
  readTaskId,
  SettledReader,
  StartedReader,
  type HubGroup,
  type HubLease,
} from '@penstock/protocol';
import type { Clock, Random, Timers } from '@penstock/runtime';
import type { BrokenFile, LoadedTask } from '@penstock/worker/host';
import { groupsToAdd, namesIn, type Catalogue } from './catalogue/catalogue.js';
import type { HubLog } from './hub-log.js';
import type { HeldTask } from './slots/held-task.js';
import type { SlotEffects } from './slots/slot-effects.js';
import type { GroupPlan, SlotGroup } from './slots/slot-group.js';
import { SlotTable, type SlotSettings } from './slots/slot-table.js';
import type { SlotWorker } from './slots/slot-worker.js';
import type { BalancerLink } from './uplink/balancer-link.js';
import { Outgoing } from './uplink/outgoing.js';
import { isEnough } from './workers/isolation.js';
import type { OutputLine } from './workers/output-lines.js';
import { Workforce, type WorkforceListener, type WorkforceOptions } from './workers/workforce.js';

/** The longest time that a timer of Node.js can wait for. */
const TIMER_MAX_MS = 2 ** 31 - 1;

/** What a {@link Hub} is made of. */
export interface HubOptions {
  readonly groups: readonly GroupPlan[];
  readonly slots: SlotSettings;
  readonly workers: Omit<WorkforceOptions, 'clock' | 'timers' | 'random'>;
  readonly clock: Clock;
  readonly timers: Timers;
  readonly random: Random;
}

/** What the workers of a hub have done since it started. */
export interface HubCounts {
  /** Attempts that ended, by how. */
  done: number;
  failed: number;
  cancelled: number;
  /** Attempts that died with their worker. */
  lost: number;
  /** Workers that died unasked. */
  deaths: number;
}

/**
 * The hub's middle: it takes what the balancer and the workers say to the slot table, and what the table decides to the
 * workers and the balancer. It does not act on each event but once per turn of the event loop, after all of them.
 */
export class Hub implements SlotEffects, WorkforceListener {
  readonly table: SlotTable;
  readonly workforce: Workforce;
  readonly outgoing: Outgoing;
  readonly counts: HubCounts = { done: 0, failed: 0, cancelled: 0, lost: 0, deaths: 0 };
  private readonly dispatches = new DispatchReader();
  private readonly settledOutcomes = new SettledReader();
  private readonly starts = new StartedReader();
  private readonly outcomes = new OutcomeReader();
  private isTurnDue = false;
  private isDraining = false;
  private cancelTimer: () => void = () => undefined;
  private timerAt = Infinity;
  private turnWaiters: (() => void)[] = [];
  private readonly warned = new Set<string>();

  constructor(
    private readonly options: HubOptions,
    link: BalancerLink,
    private readonly log: HubLog,
  ) {
    const { slots, workers, clock, timers, random } = options;
    this.table = new SlotTable(slots, this);
    this.outgoing = new Outgoing(this.table.held, link, (group) => this.table.windowOf(group));
    this.workforce = new Workforce(this.table, { ...workers, clock, timers, random }, this);
  }

  /** Tasks that have not ended. */
  get unfinished(): number {
    return this.table.held.size - this.outgoing.unsettled.count;
  }

  /**
   * Every lease that the hub holds, or as many as a hello may list: what is not listed the balancer takes for lost on
   * the way.
   */
  get leases(): HubLease[] {
    const held: HubLease[] = [...this.outgoing.losses.leases];
    for (const task of this.table.held)
      if (task.ending !== 'revoked') held.push(this.table.held.leaseOf(task));
    return held.slice(0, limits.listedLeases);
  }

  /** The groups as the balancer is told of them. */
  get hubGroups(): HubGroup[] {
    return this.table.groups.map((group) => ({
      minPriority: group.plan.minPriority,
      maxPriority: group.plan.maxPriority,
      tasks: [...group.tasks],
      slots: group.plan.slots,
      window: this.table.windowOf(group),
      kind: group.plan.kind,
      niceness: group.plan.niceness,
      workers: [...this.workforce.namesOf(group)],
    }));
  }

  /** Whether every worker that there is to be is ready. */
  get isFullyStaffed(): boolean {
    return this.table.groups.every(({ liveSlots, plan }) => liveSlots === plan.slots);
  }

  /** Starts the workers. */
  open(catalogue: Catalogue): void {
    this.setCatalogue(catalogue);
    this.workforce.open();
  }

  /** The tasks that groups run, from now on. A group stays when its last one has gone: its index is for no other. */
  setCatalogue(catalogue: Catalogue): void {
    this.workforce.catalogue = catalogue;
    for (const { plan, isolation } of groupsToAdd(this.options.groups, catalogue, this.table.groups)) {
      this.workforce.addGroup(this.table.addGroup(plan, isolation));
      this.log.group(plan, isolation);
    }
    for (const group of this.table.groups) this.table.setTasks(group, namesIn(catalogue, group));
    this.touch();
  }

  /** Takes nothing new from now on, and gives back what has not begun. */
  stopTaking(): void {
    this.isDraining = true;
    this.table.isPaused = true;
    this.touch();
  }

  /**
   * Resolves when `isSo` holds, which is asked after each turn.
   *
   * @param timeoutMs how long to wait; default: as long as it takes
   * @returns false when it did not hold within that time
   */
  async until(isSo: () => boolean, timeoutMs?: number): Promise<boolean> {
    let isLate = false;
    const onLate = (): void => {
      isLate = true;
      this.touch();
    };
    const cancel = timeoutMs === undefined ? undefined : this.options.timers.after(timeoutMs, onLate);
    while (!isSo() && !isLate) {
      const { promise, resolve } = Promise.withResolvers<void>();
      this.turnWaiters.push(resolve);
      await promise;
    }
    cancel?.();
    return isSo();
  }

  // What the balancer says.

  onDispatch(frames: readonly Uint8Array[]): void {
    const reader = this.dispatches.open(frames);
    while (reader.next()) this.table.onDispatch(reader);
    this.touch();
  }

  onSettled(frames: readonly Uint8Array[]): void {
    const reader = this.settledOutcomes.open(frames);
    while (reader.next()) {
      const task = this.table.held.find(reader.view, reader.record, reader);
      if (task === undefined) this.onLossSettled(reader);
      if (task?.state !== 'ended') continue;
      this.outgoing.unsettled.delete(task);
      this.table.settled(task);
    }
    this.touch();
  }

  onCancel(lease: HubLease): void {
    const task = this.table.held.findLease(lease);
    if (task !== undefined) this.table.end(task, 'cancelled', this.now());
    this.touch();
  }

  /** A session has begun; `revoked` are the leases that are no longer the hub's. */
  onLive(revoked: readonly HubLease[]): void {
    for (const lease of revoked) {
      this.outgoing.losses.settle(lease);
      const task = this.table.held.findLease(lease);
      if (task !== undefined) this.revoke(task);
    }
    this.outgoing.onLive(this.table.groups);
    this.touch();
  }

  /** The session was given up: nothing that the hub holds is its own any more. */
  onSessionEnded(): void {
    this.log.gaveUp(this.table.held.size);
    for (const task of [...this.table.held]) this.revoke(task);
    this.outgoing.dropAll();
    this.touch();
  }

  // What the workers say.

  onReady(worker: SlotWorker, tasks: readonly LoadedTask[]): void {
    // Its file may have changed since it was found out what it asks for.
    const allowed = tasks.filter(({ isolation }) => isEnough(worker.group.isolation, isolation));
    this.table.onReady(worker, new Set(allowed.map(({ name }) => name)));
    this.log.workerReady(worker.name);
    this.touch();
  }

  onStarted(worker: SlotWorker, frames: readonly Uint8Array[]): void {
    const reader = this.starts.open(frames);
    const now = this.now();
    while (reader.next()) this.table.onStarted(worker, reader.view, reader.record, reader, now);
    this.touch();
  }

  onOutcomes(worker: SlotWorker, frames: readonly Uint8Array[]): void {
    const reader = this.outcomes.open(frames);
    const now = this.now();
    while (reader.next()) {
      const runMs = Number.isFinite(reader.runMs) ? Math.max(0, reader.runMs) : 0;
      const task = this.table.onOutcome(worker, reader.view, reader.record, reader, runMs, now);
      if (task === undefined) continue;
      if (task.ending === 'timedOut') this.endTimedOut(task, worker, runMs);
      else {
        this.count(reader.status);
        this.outgoing.outcome(task, reader);
      }
    }
    this.touch();
  }

  onProgress(worker: SlotWorker, lease: HubLease, percent: number): void {
    const task = this.table.held.findLease(lease);
    if (task?.worker !== worker || task.ending === 'revoked') return;
    this.table.onClaimed(worker, task.sequence + 1, this.now());
    this.outgoing.flush();
    this.outgoing.progress(lease, percent);
  }

  onClaimed(worker: SlotWorker, claimed: number): void {
    this.table.onClaimed(worker, claimed, this.now());
    this.touch();
  }

  onRecalled(worker: SlotWorker, from: number): void {
    this.table.onRecalled(worker, from, this.now());
    this.touch();
  }

  onLine(worker: SlotWorker, stream: 'stdout' | 'stderr', line: OutputLine): void {
    this.log.output(worker.name, stream, line);
  }

  onGone(worker: SlotWorker, reason: string, wasIntended: boolean, respawnMs: number): void {
    if (!wasIntended) {
      this.counts.deaths += 1;
      this.log.workerDied(worker.name, reason, respawnMs);
    }
    this.table.onGone(worker, reason);
    this.touch();
  }

  onExcluded(file: BrokenFile): void {
    this.log.broken(file);
  }

  onWarning(message: string): void {
    if (this.warned.has(message)) return;
    this.warned.add(message);
    this.log.warning(message);
  }

  // What the slot table decides.

  hand(worker: SlotWorker, task: HeldTask): void {
    this.workforce.hand(worker, task);
  }

  recall(worker: SlotWorker): void {
    this.workforce.recall(worker);
  }

  abort(worker: SlotWorker, task: HeldTask, why: 'timedOut' | 'cancelled'): void {
    this.workforce.abort(worker, this.table.held.leaseOf(task), why === 'timedOut' ? task.timeoutMs : 0);
  }

  kill(worker: SlotWorker, reason: string): void {
    this.log.workerKilled(worker.name, reason);
    this.workforce.kill(worker);
  }

  stop(worker: SlotWorker): void {
    this.workforce.stop(worker);
  }

  started(worker: SlotWorker, task: HeldTask): void {
    if (task.ending !== 'revoked') this.outgoing.started(task, worker.name);
  }

  ended(task: HeldTask, worker: SlotWorker | undefined, as: 'timedOut' | 'cancelled'): void {
    if (as === 'timedOut') this.endTimedOut(task, worker, task.timeoutMs);
    else {
      this.count(OutcomeStatus.cancelled);
      this.outgoing.cancelled(task, worker?.name ?? '');
    }
  }

  lost(task: HeldTask, reason: string, isCharged: boolean): void {
    this.counts.lost += 1;
    this.outgoing.lost(task, reason, isCharged);
  }

  returned(task: HeldTask, reason: string): void {
    this.outgoing.returned(task, reason);
  }

  creditChanged(group: SlotGroup): void {
    this.outgoing.creditChanged(group);
  }

  /** An attempt that took too long has failed, whatever its handler still said. */
  private endTimedOut(task: HeldTask, worker: SlotWorker | undefined, runMs: number): void {
    this.count(OutcomeStatus.failed);
    this.outgoing.timedOut(task, worker?.name ?? '', runMs);
  }

  /** Something happened: there is to be a turn. */
  private touch(): void {
    if (this.isTurnDue) return;
    this.isTurnDue = true;
    this.options.timers.soon(() => this.turn());
  }

  private turn(): void {
    this.isTurnDue = false;
    const now = this.now();
    if (this.isDraining) this.table.giveBackWaiting('the hub stops');
    else this.pauseWhenFull();
    this.table.place(now);
    this.workforce.flush();
    this.outgoing.flush();
    this.arm(now);
    const { turnWaiters } = this;
    this.turnWaiters = [];
    for (const waiter of turnWaiters) waiter();
  }

  private pauseWhenFull(): void {
    const { unsettled } = this.outgoing;
    if (!this.table.isPaused && unsettled.isFull) {
      this.log.unsettledFull(unsettled.count);
      this.table.isPaused = true;
    } else if (this.table.isPaused && unsettled.hasRoom) this.table.isPaused = false;
  }

  /** The one timer. One that fires early does no harm, so it is only ever moved forward. */
  private arm(now: number): void {
    const next = this.table.nextDeadline(now);
    if (next === undefined || this.timerAt <= next) return;
    this.cancelTimer();
    this.timerAt = next;
    this.cancelTimer = this.options.timers.after(Math.min(TIMER_MAX_MS, Math.max(0, next - now)), () => {
      this.timerAt = Infinity;
      this.table.tick(this.now());
      this.touch();
    });
  }

  private count(status: number): void {
    if (status === OutcomeStatus.done) this.counts.done += 1;
    else if (status === OutcomeStatus.failed) this.counts.failed += 1;
    else this.counts.cancelled += 1;
  }

  private onLossSettled({ frame, record, epoch, attempt }: SettledReader): void {
    const { losses } = this.outgoing;
    if (losses.hasTold) losses.settle({ taskId: readTaskId(frame, record), epoch, attempt });
  }

  private revoke(task: HeldTask): void {
    this.outgoing.unsettled.delete(task);
    this.table.end(task, 'revoked', this.now());
  }

  private now(): number {
    return this.options.clock.monotonicMs();
  }
}
