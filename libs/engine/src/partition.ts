import {
  EMPTY,
  OutcomeStatus,
  Pattern,
  readTaskId,
  type Bytes,
  type ResultRecord,
  type TaskId,
} from '@penstock/protocol';
import {
  Scheduler,
  type Effects,
  type Group,
  type Hub,
  type RequeueCause,
  type SchedulerSettings,
  type Task,
} from '@penstock/scheduler';
import { ByteStore } from './byte-store.js';
import { EndWatchers } from './end-watchers.js';
import type { Feed } from './feed.js';
import type { Log } from './log.js';
import { ProgressWatchers } from './progress-watchers.js';
import type { ClientSession, HubSession } from './session.js';
import { Stats } from './stats.js';
import { viewTask } from './task-view.js';
import { Waiters } from './waiters.js';
import type { WallTime } from './wall-time.js';

const ID_BYTES = 16;

/**
 * Everything that is known of the tasks of one partition (today there is one), and what follows when the scheduler
 * decides: its effects become records in the outboxes of sessions.
 */
export class Partition implements Effects {
  readonly scheduler: Scheduler;
  /** What clients sent, while it may still be dispatched. */
  readonly payloads = new ByteStore();
  /** Option blocks of the few tasks that have one. */
  readonly options = new Map<number, Bytes>();
  /** What handlers returned, while it is kept. */
  readonly results = new ByteStore();
  readonly waiters = new Waiters();
  readonly progressWatchers = new ProgressWatchers();
  readonly endWatchers = new EndWatchers();
  readonly stats: Stats;
  /** Sessions by the hub that the scheduler knows. */
  readonly hubSessions = new Map<Hub, HubSession>();

  constructor(
    settings: SchedulerSettings,
    epoch: number,
    idSalt: number,
    readonly feed: Feed,
    private readonly wall: WallTime,
    private readonly monotonicMs: () => number,
    private readonly log: Log,
  ) {
    this.scheduler = new Scheduler(this, settings, epoch, idSalt);
    this.stats = new Stats(settings.namesMax);
  }

  /** A task as any face of Penstock shows it. */
  view(task: Task): ReturnType<typeof viewTask> {
    return viewTask(this.scheduler, task, this.wall);
  }

  /** A task's id as text. */
  idOf(task: Task): TaskId {
    return readTaskId(new Uint8Array(this.scheduler.table.idView.buffer), task.slot * ID_BYTES);
  }

  /** Lets a session wait for a task, which counts in its window. */
  attach(task: Task, session: ClientSession): void {
    if (!this.waiters.add(task.slot, session)) return;
    session.openTasks += 1;
    session.openBytes += task.payloadBytes;
  }

  /** Lets a session wait no longer; false = it did not. */
  detach(task: Task, session: ClientSession): boolean {
    if (!this.waiters.remove(task.slot, session)) return false;
    session.openTasks -= 1;
    session.openBytes -= task.payloadBytes;
    return true;
  }

  /** Sends a task's end to one session. */
  sendResult(task: Task, session: ClientSession): void {
    session.outbox.result(this.scheduler.table.idView, task.slot * ID_BYTES, this.resultOf(task));
  }

  /** Asks a hub to end an attempt. */
  sendCancel(task: Task, { outbox }: HubSession): void {
    const { epoch, attempt } = task;
    outbox.event(Pattern.hubCancel, { taskId: this.idOf(task), epoch, attempt });
  }

  /** Tells watchers what became of a task. */
  publish(task: Task): void {
    if (!this.feed.isDark && this.feed.wantsTaskEvent(this.monotonicMs()))
      this.feed.publish('task', this.view(task));
  }

  dispatch(task: Task, group: Group): void {
    const session = this.hubSessions.get(group.hub);
    if (session === undefined) return;
    const { slot } = task;
    session.outbox.dispatch(this.scheduler.table.idView, slot * ID_BYTES, task, {
      group: group.index,
      name: task.name.text,
      userId: task.user.id,
      priority: task.priority,
      contentType: this.payloads.contentType(slot),
      payload: this.payloads.bytes(slot),
      options: this.options.size === 0 ? EMPTY : (this.options.get(slot) ?? EMPTY),
    });
    this.publish(task);
  }

  ended(task: Task): void {
    const { slot } = task;
    this.payloads.drop(slot);
    if (this.options.size > 0) this.options.delete(slot);
    this.stats.onEnded(task);
    this.waiters.forEach(slot, (session) => this.sendResult(task, session));
    this.progressWatchers.drop(slot);
    this.endWatchers.onEnded(task);
    this.publish(task);
  }

  requeued(task: Task, cause: RequeueCause): void {
    if (cause === 'hub-lost' || cause === 'worker-lost') {
      this.log.log(
        `TASK ${this.idOf(task)} (${task.name.text}) IN QUEUE AGAIN after attempt ${task.attempt}: ${cause}`,
      );
    }
    this.publish(task);
  }

  cancelOnHub(task: Task, group: Group): void {
    const session = this.hubSessions.get(group.hub);
    if (session !== undefined) this.sendCancel(task, session);
  }

  dropResult(task: Task): void {
    this.results.drop(task.slot);
  }

  forgotten(task: Task): void {
    const { slot } = task;
    this.payloads.drop(slot);
    this.results.drop(slot);
    this.waiters.forEach(slot, (session) => this.detach(task, session));
    this.waiters.drop(slot);
  }

  private resultOf(task: Task): ResultRecord {
    const { slot, attempt, worker, runMs } = task;
    return {
      attempt,
      // Its result was dropped by a cancel that came after the end: to whoever asks now it is cancelled.
      status: this.results.has(slot) ? statusOf(task) : unstored(task),
      contentType: this.results.contentType(slot),
      worker,
      waitMs: attempt === 0 ? task.endedAt - task.submittedAt : task.dispatchedAt - task.submittedAt,
      runMs,
      payload: this.results.bytes(slot),
    };
  }
}

function unstored(task: Task): OutcomeStatus {
  return task.state === 'expired' ? OutcomeStatus.expired : OutcomeStatus.cancelled;
}

function statusOf({ state }: Task): OutcomeStatus {
  if (state === 'done') return OutcomeStatus.done;
  if (state === 'failed') return OutcomeStatus.failed;
  return state === 'expired' ? OutcomeStatus.expired : OutcomeStatus.cancelled;
}
