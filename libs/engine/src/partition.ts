import {
  ContentType,
  Durability,
  EMPTY,
  OutcomeStatus,
  Pattern,
  readTaskId,
  type Bytes,
  type ResultRecord,
  type TaskId,
  type TaskStatus,
} from '@penstock/protocol';
import {
  isFinal,
  RecordedScheduler,
  Scheduler,
  type AttemptEnd,
  type Effects,
  type Group,
  type Hub,
  type SchedulerEvent,
  type SchedulerSettings,
  type Task,
} from '@penstock/scheduler';
import type { Journal } from '@penstock/journal';
import type { Boot, Clock } from '@penstock/runtime';
import { ByteStore } from './byte-store.js';
import { endReport } from './end-report.js';
import { EndWatchers } from './end-watchers.js';
import type { Feed } from './feed.js';
import { JournalTime } from './journal/journal-time.js';
import { TaskJournal } from './journal/task-journal.js';
import { KeyIndex } from './key-index.js';
import type { Log } from './log.js';
import { ProgressWatchers } from './progress-watchers.js';
import type { ClientSession, HubSession } from './session.js';
import { Settling } from './settling.js';
import { Stats } from './stats.js';
import { historyOf } from './task-history.js';
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
  /** Tasks by their idempotency keys. */
  readonly keys = new KeyIndex();
  readonly waiters = new Waiters();
  private readonly settling = new Settling();
  readonly progressWatchers = new ProgressWatchers();
  readonly endWatchers = new EndWatchers();
  readonly stats: Stats;
  /** Sessions by the hub that the scheduler knows. */
  readonly hubSessions = new Map<Hub, HubSession>();
  /** Where tasks at level `disk` are kept; `undefined` = nowhere, and there are none. */
  readonly journal: TaskJournal | undefined;

  constructor(
    settings: SchedulerSettings,
    epoch: number,
    idSalt: number,
    readonly feed: Feed,
    readonly wall: WallTime,
    private readonly clock: Clock,
    boot: Boot | undefined,
    private readonly log: Log,
    journal: Journal | undefined,
    record?: (event: SchedulerEvent) => void,
  ) {
    this.scheduler =
      record === undefined
        ? new Scheduler(this, settings, epoch, idSalt, idSalt)
        : new RecordedScheduler(this, settings, epoch, idSalt, idSalt, record);
    this.stats = new Stats(settings.namesMax);
    if (journal !== undefined) this.journal = new TaskJournal(journal, this, new JournalTime(clock, boot));
  }

  /** A view that holds the id of the task at slot `s` at offset `16 * s`. Not to be kept. */
  get idView(): DataView {
    return this.scheduler.table.idView;
  }

  taskAt(slot: number): Task | undefined {
    return this.scheduler.table.at(slot);
  }

  /** What the acknowledgement of a task promises. */
  durabilityOf(task: Task): Durability {
    return this.keeps(task) ? Durability.disk : Durability.memory;
  }

  /** Whether what is said of a task must be true for good. */
  keeps(task: Task): boolean {
    return this.journal?.keeps(task) ?? false;
  }

  /** A task as any face of Penstock shows it. */
  view(task: Task): TaskStatus {
    return { ...viewTask(this.scheduler, task, this.wall), durability: this.keeps(task) ? 'disk' : 'memory' };
  }

  /** The same, with all that happened to it. */
  fullView(task: Task): TaskStatus {
    return { ...this.view(task), history: historyOf(task, this.wall) };
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
    session.results.forget(task);
    return true;
  }

  /** Sends a task's end to one session, or lets it wait until the session has collected what it was sent. */
  sendResult(task: Task, session: ClientSession): void {
    const result = this.resultOf(task);
    if (session.results.takes(task, result.payload.length)) this.putResult(task, session, result);
  }

  /** A session has collected: what waited for that is sent, as far as there is room. */
  sendHeldResults(session: ClientSession): void {
    const { results } = session;
    if (results.held === 0) return;
    const bytesOf = (task: Task): number => this.results.bytes(task.slot).length;
    for (let task = results.next(bytesOf); task !== undefined; task = results.next(bytesOf)) {
      // One that is run again is told when it ends again.
      if (!isFinal(task.state)) continue;
      const result = this.resultOf(task);
      results.sent(result.payload.length);
      this.putResult(task, session, result);
    }
  }

  /** One that may start only once is not handed out before it is known for good that it was. */
  private isHeldBack(task: Task): boolean {
    return task.rules?.onWorkerLoss === 'fail' && this.keeps(task);
  }

  /** Asks a hub to end an attempt. */
  sendCancel(task: Task, { outbox }: HubSession): void {
    const { epoch, attempt } = task;
    // It must not overtake the attempt.
    outbox.event(Pattern.hubCancel, { taskId: this.idOf(task), epoch, attempt }, this.isHeldBack(task));
  }

  /** Tells watchers what became of a task. */
  publish(task: Task): void {
    if (!this.feed.isDark && this.feed.wantsTaskEvent(this.clock.monotonicMs()))
      this.feed.publish('task', this.view(task));
  }

  /** A task is not as it was, and nobody has said so. */
  stateChanged(task: Task): void {
    this.journal?.onChanged(task);
  }

  /** What a client sent is not what it was. */
  contentsChanged(task: Task): void {
    if (this.keeps(task)) this.journal?.onContentsChanged(task);
  }

  dispatch(task: Task, group: Group): void {
    const session = this.hubSessions.get(group.hub);
    if (session === undefined) return;
    const { slot } = task;
    const attempt = {
      group: group.index,
      name: task.name.text,
      userId: task.user.id,
      priority: task.priority,
      contentType: this.payloads.contentType(slot),
      payload: this.payloads.bytes(slot),
      options: this.options.size === 0 ? EMPTY : (this.options.get(slot) ?? EMPTY),
    };
    session.outbox.dispatch(this.idView, slot * ID_BYTES, task, attempt, this.isHeldBack(task));
    this.journal?.onDispatched(task);
    this.publish(task);
  }

  ended(task: Task): void {
    const { slot } = task;
    if (task.state === 'done') {
      this.dropSubmission(task);
      this.settleUncollected(this.settling.add(slot));
    } else {
      // That a task is done stands in the outcome.
      this.journal?.onChanged(task);
      this.payloads.settle(slot);
      this.results.settle(slot);
      this.settleOptions(slot);
    }
    this.stats.onEnded(task);
    this.waiters.forEach(slot, (session) => this.sendResult(task, session));
    this.progressWatchers.drop(slot);
    this.endWatchers.onEnded(task);
    this.publish(task);
  }

  /** @param slot of a task that was done a while ago; it may be another one's by now */
  private settleUncollected(slot: number): void {
    const task = this.taskAt(slot);
    if (task?.state !== 'done' || this.scheduler.retention.isCollected(task)) return;
    // Those that stand for a key stay as long as dead ones, and not as long as all others.
    if (!this.keys.has(task)) this.results.compact(slot);
    else {
      this.results.settle(slot);
      this.settleOptions(slot);
    }
  }

  /** The rules of a task stay for long: they leave the memory that they share with those of others. */
  private settleOptions(slot: number): void {
    const options = this.options.get(slot);
    if (options === undefined) return;
    const { buffer, offset, length } = options;
    this.options.set(slot, {
      buffer: new Uint8Array(buffer.subarray(offset, offset + length)),
      offset: 0,
      length,
    });
  }

  requeued(task: Task, how: AttemptEnd): void {
    if (how === 'hub-lost' || how === 'worker-lost') {
      this.log.log(
        `TASK ${this.idOf(task)} (${task.name.text}) IN QUEUE AGAIN after attempt ${task.attempt}: ${how}`,
      );
    }
    this.journal?.onChanged(task);
    this.publish(task);
  }

  woken(task: Task): void {
    this.publish(task);
  }

  cancelOnHub(task: Task, group: Group): void {
    this.journal?.onChanged(task);
    const session = this.hubSessions.get(group.hub);
    if (session !== undefined) this.sendCancel(task, session);
  }

  dropResult(task: Task): void {
    this.results.drop(task.slot);
    this.journal?.onChanged(task);
  }

  archived(task: Task): void {
    this.letGo(task);
  }

  forgotten(task: Task): void {
    this.letGo(task);
  }

  /** Keeps nothing of a task beside what the scheduler knows of it. */
  private letGo(task: Task): void {
    const { slot } = task;
    this.journal?.onForgotten(task);
    this.keys.remove(task);
    this.dropSubmission(task);
    this.results.drop(slot);
    this.waiters.forEach(slot, (session) => this.detach(task, session));
    this.waiters.drop(slot);
  }

  /** What the client sent is not needed any more, but for the key for which a task stands. */
  private dropSubmission(task: Task): void {
    const { slot } = task;
    this.payloads.drop(slot);
    if (this.options.size > 0 && !this.keys.has(task)) this.options.delete(slot);
  }

  /** What there is to say of a task that the balancer has ended; `undefined` = its handler has said all. */
  endReportOf(task: Task): ReturnType<typeof endReport> {
    return this.results.has(task.slot) ? undefined : endReport(task);
  }

  private putResult(task: Task, session: ClientSession, result: ResultRecord): void {
    session.outbox.result(this.idView, task.slot * ID_BYTES, result, this.keeps(task));
  }

  private resultOf(task: Task): ResultRecord {
    const { slot, attempt, worker, runMs } = task;
    const result = this.endReportOf(task);
    return {
      attempt,
      // Its result was dropped by a cancel that came after the end: to whoever asks now it is cancelled.
      status: result !== undefined || this.results.has(slot) ? statusOf(task) : unstored(task),
      contentType: result === undefined ? this.results.contentType(slot) : ContentType.json,
      worker,
      waitMs: attempt === 0 ? task.endedAt - task.submittedAt : task.dispatchedAt - task.submittedAt,
      runMs,
      payload: result === undefined ? this.results.bytes(slot) : jsonBytes(result),
    };
  }
}

function jsonBytes(value: unknown): Bytes {
  const buffer = Buffer.from(JSON.stringify(value));
  return { buffer, offset: 0, length: buffer.byteLength };
}

function unstored(task: Task): OutcomeStatus {
  return task.state === 'expired' ? OutcomeStatus.expired : OutcomeStatus.cancelled;
}

function statusOf({ state }: Task): OutcomeStatus {
  if (state === 'done') return OutcomeStatus.done;
  if (state === 'failed') return OutcomeStatus.failed;
  return state === 'expired' ? OutcomeStatus.expired : OutcomeStatus.cancelled;
}
