import type { HubGroup, OutcomeStatus } from '@penstock/protocol';
import type { Refusal, Submission } from '../admission.js';
import type { Failure } from '../delivery/delivery.js';
import type { AttemptError, LeaseLoss } from '../delivery/past.js';
import type { Effects } from '../effects.js';
import type { CancelledFrom } from '../lifecycle.js';
import type { Lease, RestoredTask } from '../recovery.js';
import { Scheduler, type RerunEdits } from '../scheduler.js';
import type { SchedulerSettings } from '../settings.js';
import type { Task } from '../task.js';
import type { Hub } from '../workers/hub.js';
import { EVENT_VERSION, type Actor, type SchedulerEvent, type TaskKey } from './event.js';
import { keyOf } from './task-key.js';

/** A scheduler that tells each event before it is applied. One that does not is not made slower by this. */
export class RecordedScheduler extends Scheduler {
  /** @param tell gets the events in order; they may be kept, nothing in them changes */
  constructor(
    effects: Effects,
    settings: SchedulerSettings,
    epoch: number,
    idSalt: number,
    seed: number,
    private readonly tell: (event: SchedulerEvent) => void,
  ) {
    super(effects, settings, epoch, idSalt, seed);
    tell({ on: 'began', version: EVENT_VERSION, epoch, seed, settings });
  }

  override submit(view: DataView, offset: number, submission: Submission, now: number): Task | Refusal {
    this.tell({ on: 'submit', id: keyOf(view, offset), submission, now });
    return super.submit(view, offset, submission, now);
  }

  override restore(view: DataView, offset: number, restored: RestoredTask, now: number): Task {
    this.tell({ on: 'restore', id: keyOf(view, offset), restored, now });
    return super.restore(view, offset, restored, now);
  }

  override rerun(task: Task, now: number, edits: RerunEdits = {}, by?: Actor): Task | Refusal {
    this.tell({ on: 'rerun', id: this.keyOf(task), edits, now, ...(by === undefined ? {} : { by }) });
    return super.rerun(task, now, edits);
  }

  override joinHub(incarnation: string, name: string, groups: readonly HubGroup[]): Hub {
    this.tell({ on: 'joinHub', incarnation, name, groups });
    return super.joinHub(incarnation, name, groups);
  }

  override rejoinHub(hub: Hub, groups: readonly HubGroup[], held: ReadonlySet<Task>, now: number): void {
    const keys = [...held].map((task) => this.keyOf(task));
    this.tell({ on: 'rejoinHub', hub: hub.arrival, groups, held: keys, now });
    super.rejoinHub(hub, groups, held, now);
  }

  override setGroups(hub: Hub, groups: readonly HubGroup[]): void {
    this.tell({ on: 'setGroups', hub: hub.arrival, groups });
    super.setGroups(hub, groups);
  }

  override loseHub(hub: Hub, now: number): void {
    this.tell({ on: 'loseHub', hub: hub.arrival, now });
    super.loseHub(hub, now);
  }

  override adopt(hub: Hub, view: DataView, offset: number, lease: Lease, now: number): Task | undefined {
    const { epoch, attempt } = lease;
    this.tell({ on: 'adopt', hub: hub.arrival, id: keyOf(view, offset), epoch, attempt, now });
    return super.adopt(hub, view, offset, lease, now);
  }

  override endLimbo(now: number): void {
    this.tell({ on: 'endLimbo', now });
    super.endLimbo(now);
  }

  override suspendHub(hub: Hub): void {
    this.tell({ on: 'suspendHub', hub: hub.arrival });
    super.suspendHub(hub);
  }

  override setCredit(hub: Hub, groupIndex: number, sequence: number, window: number): void {
    this.tell({ on: 'setCredit', hub: hub.arrival, group: groupIndex, sequence, window });
    super.setCredit(hub, groupIndex, sequence, window);
  }

  override setLoad(hub: Hub, cpuPercent: number): void {
    this.tell({ on: 'setLoad', hub: hub.arrival, cpuPercent });
    super.setLoad(hub, cpuPercent);
  }

  override started(task: Task, worker: string, now: number): void {
    this.tell({ on: 'started', id: this.keyOf(task), worker, now });
    super.started(task, worker, now);
  }

  override ended(
    task: Task,
    status: OutcomeStatus,
    runMs: number,
    resultBytes: number,
    now: number,
    failure?: Failure,
  ): void {
    const ended = { on: 'ended', id: this.keyOf(task), status, runMs, resultBytes, now } as const;
    if (failure === undefined) {
      this.tell(ended);
      super.ended(task, status, runMs, resultBytes, now);
      return;
    }
    const { retryable, timedOut } = failure;
    const error = failure.error?.();
    this.tell({ ...ended, failure: { retryable, timedOut, ...(error === undefined ? {} : { error }) } });
    super.ended(task, status, runMs, resultBytes, now, { retryable, timedOut, error: () => error });
  }

  override release(task: Task, loss: LeaseLoss, now: number, error?: AttemptError): void {
    const why = error === undefined ? {} : { error };
    this.tell({ on: 'release', id: this.keyOf(task), loss, now, ...why });
    super.release(task, loss, now, error);
  }

  override cancel(task: Task, now: number, by?: Actor): CancelledFrom {
    this.tell({ on: 'cancel', id: this.keyOf(task), now, ...(by === undefined ? {} : { by }) });
    return super.cancel(task, now);
  }

  override collected(task: Task, now: number): void {
    this.tell({ on: 'collected', id: this.keyOf(task), now });
    super.collected(task, now);
  }

  override dispatch(now: number): number {
    this.tell({ on: 'dispatch', now });
    return super.dispatch(now);
  }

  override tick(now: number): void {
    this.tell({ on: 'tick', now });
    super.tick(now);
  }

  private keyOf({ slot }: Task): TaskKey {
    return keyOf(this.table.idView, slot * 16);
  }
}
