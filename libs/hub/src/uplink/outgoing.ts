import {
  ContentType,
  EMPTY,
  OutcomeFlag,
  OutcomeStatus,
  OutcomeWriter,
  Pattern,
  StartedWriter,
  timeoutReport,
  type Bytes,
  type HubCredit,
  type HubLease,
  type HubLost,
  type HubProgress,
  type HubReturned,
  type OutcomeReader,
  type OutcomeRecord,
} from '@penstock/protocol';
import type { HeldTask } from '../slots/held-task.js';
import type { HeldTasks } from '../slots/held-tasks.js';
import type { SlotGroup } from '../slots/slot-group.js';
import type { BalancerLink } from './balancer-link.js';
import { CreditLine } from './credit-line.js';
import { LeaseLists } from './lease-lists.js';
import { Losses } from './losses.js';
import { Unsettled } from './unsettled.js';

/** Of a worker's flags those that are passed on, or were put there by the hub before. */
const OWN_FLAGS = OutcomeFlag.notRetryable | OutcomeFlag.timedOut;

/** All that goes to the balancer about tasks: packed as it comes, sent once per turn, outcomes kept until settled. */
export class Outgoing {
  readonly unsettled = new Unsettled();
  readonly losses = new Losses();
  private readonly starts = new StartedWriter();
  private readonly outcomes = new OutcomeWriter();
  private readonly returns = new LeaseLists();
  private readonly credit: CreditLine;

  constructor(
    private readonly held: HeldTasks,
    private readonly link: BalancerLink,
    windowOf: (group: SlotGroup) => number,
  ) {
    this.credit = new CreditLine(windowOf);
  }

  started(task: HeldTask, worker: string): void {
    // Who runs is told anew after each welcome, so nothing of it is kept while there is none.
    if (!this.link.live) return;
    this.starts.add(this.held.idView, this.held.idOffset(task), task, worker);
    if (this.starts.isFull) this.sendStarts();
  }

  /** An outcome as its worker told it. */
  outcome(task: HeldTask, record: OutcomeReader): void {
    const { payloadFrame: buffer, payloadOffset: offset, payloadLength: length } = record;
    this.add(task, {
      status: statusOf(record),
      contentType: record.contentType,
      worker: record.worker,
      runMs: record.runMs,
      payload: { buffer, offset, length },
      flags: flagsOf(record),
    });
  }

  /** The task is cancelled without a worker's word. */
  cancelled(task: HeldTask, worker: string): void {
    const { cancelled: status } = OutcomeStatus;
    this.add(task, { status, contentType: ContentType.json, worker, runMs: 0, payload: EMPTY });
  }

  /** The task's handler took longer than it may. */
  timedOut(task: HeldTask, worker: string, runMs: number): void {
    this.add(task, {
      status: OutcomeStatus.failed,
      contentType: ContentType.json,
      worker,
      runMs,
      payload: jsonBytes(timeoutReport(task.timeoutMs)),
      flags: OutcomeFlag.timedOut,
    });
  }

  returned(task: HeldTask, reason: string): void {
    this.returns.add(this.held.leaseOf(task), reason);
  }

  lost(task: HeldTask, reason: string, isCharged: boolean): void {
    this.losses.add(this.held.leaseOf(task), reason, isCharged);
  }

  progress(lease: HubLease, progress: number): void {
    this.link.event(Pattern.hubProgress, { ...lease, progress } satisfies HubProgress);
  }

  creditChanged(group: SlotGroup): void {
    this.credit.onChange(group);
  }

  /** Sends what is collected. */
  flush(): void {
    this.sendStarts();
    this.sendOutcomes();
    if (!this.link.live) return;
    for (const list of this.returns.take()) this.link.event(Pattern.hubReturned, list satisfies HubReturned);
    for (const list of this.losses.take()) this.link.event(Pattern.hubLost, list satisfies HubLost);
    for (const credit of this.credit.take()) this.link.event(Pattern.hubCredit, credit satisfies HubCredit);
  }

  /** The hub is about to list all that it holds: what it gave back before is given back by not being there. */
  onHello(): void {
    this.returns.take();
  }

  /** A session has begun: what was not dealt with in the one before is said again. */
  onLive(groups: readonly SlotGroup[]): void {
    this.credit.forget();
    this.losses.again();
    for (const group of groups) this.credit.onChange(group);
    this.sendOutcomesAgain();
    for (const task of this.held) {
      if (task.state === 'running' && task.ending !== 'revoked') this.started(task, task.worker?.name ?? '');
    }
  }

  /** The balancer has given up on all that this hub held. */
  dropAll(): void {
    this.returns.take();
    this.losses.clear();
  }

  private add(task: HeldTask, outcome: OutcomeRecord): void {
    if (this.outcomes.mustTakeBefore(outcome.payload.length)) this.sendOutcomes();
    this.outcomes.add(this.held.idView, this.held.idOffset(task), task, outcome);
    this.unsettled.add(task);
    if (this.outcomes.isFull) this.sendOutcomes();
  }

  private sendStarts(): void {
    const batch = this.starts.take(this.link.session);
    if (batch !== undefined) this.link.send(batch);
  }

  private sendOutcomes(): void {
    // An attempt is said to have begun before it is said to have ended.
    this.sendStarts();
    const batch = this.outcomes.take(this.link.session);
    if (batch === undefined) return;
    this.unsettled.packed(batch);
    this.link.send(batch);
  }

  private sendOutcomesAgain(): void {
    const open = this.outcomes.take(this.link.session);
    if (open !== undefined) this.unsettled.packed(open);
    this.unsettled.repack(
      (record) => this.held.find(record.view, record.record, record),
      (task, record) => this.outcome(task, record),
    );
    this.sendOutcomes();
  }
}

/** A worker's word is checked: whatever else it says is a failure of its own. */
function statusOf({ status }: OutcomeReader): OutcomeStatus {
  const { done, cancelled, failed } = OutcomeStatus;
  return status === done || status === cancelled ? status : failed;
}

/** A worker knows whether another attempt would help; that an attempt took too long is for the hub to say. */
function flagsOf(record: OutcomeReader): number {
  return statusOf(record) === OutcomeStatus.failed ? record.flags & OWN_FLAGS : 0;
}

function jsonBytes(value: unknown): Bytes {
  const buffer = Buffer.from(JSON.stringify(value));
  return { buffer, offset: 0, length: buffer.byteLength };
}
