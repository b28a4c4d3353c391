import type { Engine } from '@penstock/engine';
import { OutcomeStatus, type TaskId } from '@penstock/protocol';
import { isFinal, type Task } from '@penstock/scheduler';
import type { BalancerLife } from '../balancer/sim-balancer.js';
import type { RunLog } from '../hub/run-log.js';
import { promise } from '../world/violation.js';
import type { World } from '../world/world.js';
import { checkGrant, checkNothingIsLeft } from './grant-rules.js';
import { journalNow } from './journal-time-watch.js';
import { isOnDisk, type Ledger } from './ledger.js';
import type { Plans } from './plans.js';
import { checkOutcome } from './run-rules.js';

/** Looks over the shoulder of one life of the balancer: each decision is checked as it is made. */
export class LifeWatch {
  /** Leases that were given and have not been given back unstarted. */
  private readonly given = new Set<string>();
  private readonly ended = new Set<TaskId>();
  /** When each task that came back was last queued again. */
  private readonly queuedAgainAt = new Map<TaskId, number>();

  constructor(
    private readonly world: World,
    readonly life: BalancerLife,
    readonly engine: Engine,
    private readonly ledger: Ledger,
    private readonly runs: RunLog,
    private readonly plans: Plans,
  ) {
    this.checkRecovered();
    this.watchPartition();
    this.watchScheduler();
    this.watchClients();
  }

  /** Names this life, as sessions and leases do. */
  get epoch(): number {
    return this.engine.settings.epoch;
  }

  /** What waits must have come, or come back, before its time in the queue was over. @param spareMs until it is swept */
  checkWaiting(spareMs: number): void {
    for (const task of this.engine.partition.scheduler.table) {
      if (task.state !== 'queued') continue;
      const taskId = this.idOf(task);
      const mayWaitMs = this.mayWaitMs(taskId);
      const waitedMs = this.engine.now() - task.submittedAt;
      if (waitedMs <= mayWaitMs + spareMs) continue;
      const againMs = this.world.now - (this.queuedAgainAt.get(taskId) ?? -Infinity);
      promise(againMs <= spareMs, 'ttl', () => `a task waits for ${waitedMs} ms, which may be ${mayWaitMs}`);
    }
  }

  private watchPartition(): void {
    const { partition } = this.engine;
    const { dispatch, ended, requeued, forgotten } = partition;
    partition.dispatch = (task, group) => {
      checkGrant(partition.scheduler, this.plans, task, group);
      this.onGiven(task);
      this.world.note(`grant ${this.idOf(task)} attempt ${task.attempt} to ${group.hub.name}/${group.index}`);
      dispatch.call(partition, task, group);
    };
    partition.ended = (task) => {
      this.onEnded(task);
      ended.call(partition, task);
    };
    partition.requeued = (task, cause) => {
      this.queuedAgainAt.set(this.idOf(task), this.world.now);
      this.world.note(`queued again ${this.idOf(task)} ${cause}`);
      const entry = this.ledger.get(this.idOf(task));
      const { cancelledIn } = entry ?? {};
      promise(
        cancelledIn?.life !== this.epoch || cancelledIn.from !== 'running',
        'cancelled-stays',
        () => `task ${this.idOf(task)} was cancelled and is queued again (${cause})`,
      );
      if (cause === 'returned' || cause === 'undelivered')
        this.given.delete(this.leaseOf(task, task.attempt + 1));
      requeued.call(partition, task, cause);
    };
    partition.forgotten = (task) => {
      this.ended.delete(this.idOf(task));
      const entry = this.ledger.get(this.idOf(task));
      if (entry !== undefined) entry.isForgotten = true;
      forgotten.call(partition, task);
    };
  }

  private watchScheduler(): void {
    const { scheduler } = this.engine.partition;
    const { dispatch, submit } = scheduler;
    const { queuedPerUser, queuedMax } = this.engine.settings.scheduler;
    scheduler.dispatch = (now) => {
      const count = dispatch.call(scheduler, now);
      checkNothingIsLeft(scheduler, this.plans);
      return count;
    };
    scheduler.submit = (view, offset, submission, now) => {
      const result = submit.call(scheduler, view, offset, submission, now);
      if ('code' in result) return result;
      const { user } = result;
      promise(
        queuedPerUser === 0 || user.queued <= queuedPerUser,
        'quota',
        () => `${user.id} has ${user.queued} queued`,
      );
      promise(scheduler.queued <= queuedMax, 'quota', () => `${scheduler.queued} tasks are queued`);
      const entry = this.ledger.get(this.idOf(result));
      if (entry !== undefined) {
        entry.wasTakenAnew ||= entry.isForgotten;
        entry.isForgotten = false;
        entry.takenAt = journalNow(this.engine);
      }
      return result;
    };
  }

  private watchClients(): void {
    const { clients } = this.engine;
    const { cancel, hello } = clients;
    clients.cancel = (taskId, now) => {
      const reply = cancel.call(clients, taskId, now);
      const entry = this.ledger.get(taskId as TaskId);
      if (entry !== undefined && reply.from !== 'unknown') {
        entry.cancelledIn = { life: this.epoch, from: reply.from };
      }
      this.world.note(`cancel of ${taskId}: ${reply.from}`);
      return reply;
    };
    clients.hello = (peer, data, now) => {
      const welcome = hello.call(clients, peer, data, now);
      for (const taskId of welcome.unknown) this.onUnknown(taskId as TaskId);
      return welcome;
    };
  }

  private onGiven(task: Task): void {
    const lease = this.leaseOf(task, task.attempt);
    promise(!this.given.has(lease), 'attempt-number', () => `lease ${lease} was given a second time`);
    this.given.add(lease);
  }

  private onEnded(task: Task): void {
    const taskId = this.idOf(task);
    this.world.note(`ended ${taskId} ${task.state} attempt ${task.attempt}`);
    promise(isFinal(task.state), 'one-end', () => `task ${taskId} ended as ${task.state}`);
    promise(!this.ended.has(taskId), 'one-end', () => `task ${taskId} ended a second time, as ${task.state}`);
    this.ended.add(taskId);
    this.ledger.ends += 1;
    const { results } = this.engine.partition;
    if (task.state === 'done' || task.state === 'failed') {
      const payload = Buffer.from(results.view(task.slot)).toString();
      checkOutcome(this.runs, taskId, task.attempt, OutcomeStatus[task.state], payload);
    }
    if (task.state === 'expired') {
      const waitedMs = journalNow(this.engine) - (this.ledger.get(taskId)?.takenAt ?? Infinity);
      const mayWaitMs = this.mayWaitMs(taskId);
      promise(
        waitedMs >= mayWaitMs,
        'ttl',
        () => `task ${taskId} expired after ${waitedMs} ms, and may wait for ${mayWaitMs}`,
      );
    }
  }

  /** How long a task may wait, as its rules or the settings say. */
  private mayWaitMs(taskId: TaskId): number {
    const { queuedTtlMs } = this.engine.settings.scheduler;
    const {
      deadlineMs = Infinity,
      delayMs = 0,
      queueTtlMs = queuedTtlMs,
    } = this.ledger.get(taskId)?.rules ?? {};
    return Math.min(deadlineMs, delayMs + queueTtlMs);
  }

  /** Whatever was acknowledged as on the disk is there when a balancer opens its ports. */
  private checkRecovered(): void {
    for (const entry of this.ledger) {
      if (!isOnDisk(entry) || entry.isForgotten) continue;
      promise(
        this.engine.clients.find(entry.taskId) !== undefined,
        'acknowledged',
        () => `task ${entry.taskId} was on the disk, and ${this.life.machine.name} has not recovered it`,
      );
    }
  }

  /** The balancer does not know a task that a client waits for. */
  private onUnknown(taskId: TaskId): void {
    const entry = this.ledger.get(taskId);
    if (entry === undefined || entry.isForgotten) return;
    promise(
      !entry.acknowledged.has(this.epoch) && !isOnDisk(entry),
      'acknowledged',
      () => `task ${taskId} was acknowledged, and ${this.life.machine.name} does not know it`,
    );
  }

  private idOf(task: Task): TaskId {
    return this.engine.partition.idOf(task);
  }

  private leaseOf(task: Task, attempt: number): string {
    return `${this.idOf(task)} epoch ${task.epoch} attempt ${attempt}`;
  }
}
