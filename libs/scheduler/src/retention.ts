import type { SchedulerSettings } from './settings.js';
import type { Task } from './task.js';
import { Timeline } from './timeline.js';

/** A task that had ended before a restart, and where it belongs. */
interface Returned {
  readonly task: Task;
  readonly timeline: Timeline;
}

/**
 * Tasks that have ended and are still known. All tasks of one timeline are kept for as long as each other, so the
 * order in which they came is the order in which they go. Dead ones (failed, expired) have bounds of their own: they
 * are kept for long and with their payloads, so that they can be run again. So have done ones with an idempotency key,
 * whose key must stand for them for a while. Of a done task whose time is over a record is left: all but its result.
 */
export class Retention {
  private readonly collected = new Timeline();
  private readonly cancelled = new Timeline();
  private readonly finished = new Timeline();
  private readonly keyed = new Timeline();
  private readonly dead = new Timeline();
  private readonly records = new Timeline();
  /** What makes room, and in this order: of what is bounded by its number and results, of dead tasks, of dead bytes. */
  private readonly ofFinished = [this.collected, this.cancelled, this.finished, this.keyed];
  private readonly ofDead = [this.dead];
  private readonly ofDeadBytes = [this.cancelled, this.dead];
  private resultBytesHeld = 0;
  private deadBytesHeld = 0;
  /** Came back after a restart, in any order: put in their places all at once, before anything else looks at those. */
  private returned: Returned[] = [];

  /**
   * @param forget told which task is not to be known any more
   * @param archive told of which task only the record is left
   */
  constructor(
    private readonly settings: SchedulerSettings,
    private readonly forget: (task: Task) => void,
    private readonly archive: (task: Task) => void,
  ) {}

  /** Ended tasks that are known, records included. */
  get size(): number {
    return this.bounded + this.dead.size + this.records.size + this.returned.length;
  }

  /** Whether only the record of a task is left. */
  isRecord(task: Task): boolean {
    return task.timeline === this.records;
  }

  /** Lets go of a record before its time. */
  dropRecord(task: Task): void {
    this.records.remove(task);
    this.forget(task);
  }

  /** Failed and expired ones among them. */
  get deadCount(): number {
    this.placeReturned();
    return this.dead.size;
  }

  /** Bytes of the results of done and cancelled tasks. */
  get resultBytes(): number {
    return this.resultBytesHeld;
  }

  /** Payload bytes of all that ended without being done, and bytes of the reports of those that failed. */
  get deadBytes(): number {
    return this.deadBytesHeld;
  }

  /** Keeps a task that has just ended, at the cost of the oldest ones if there are too many. */
  keep(task: Task): void {
    this.placeReturned();
    this.count(task, 1);
    this.timelineOf(task).append(task);
    this.trim(task);
  }

  /** Keeps a task that had ended before a restart, whatever the bounds; these hold again from the next end on. */
  restore(task: Task, isCollected: boolean): void {
    this.count(task, 1);
    const timeline = isCollected && task.state === 'done' ? this.collected : this.timelineOf(task);
    this.returned.push({ task, timeline });
  }

  /** Lets go of a task that is run again. */
  takeBack(task: Task): void {
    this.placeReturned();
    this.count(task, -1);
    task.timeline?.remove(task);
  }

  /** The client has the result of a done task: from now on the short time counts. */
  collect(task: Task, now: number): void {
    this.placeReturned();
    if (task.timeline !== this.finished) return;
    this.finished.remove(task);
    task.keptSince = now;
    this.collected.append(task);
  }

  /** Whether the client has the result of a done task, which is not kept for long now. */
  isCollected({ timeline }: Task): boolean {
    return timeline === this.collected;
  }

  /** Its result is not kept any longer; the task itself is, for the time of a cancelled one. */
  dropResult(task: Task, now: number): void {
    this.placeReturned();
    this.count(task, -1);
    task.resultBytes = 0;
    this.count(task, 1);
    if (task.timeline === this.cancelled) return;
    task.timeline?.remove(task);
    task.keptSince = now;
    this.cancelled.append(task);
    this.trim(task);
  }

  /** Forgets at most `most` tasks whose time is over; false = there are more. */
  sweep(now: number, most: number): boolean {
    this.placeReturned();
    const { collectedTtlMs, cancelledTtlMs, finishedTtlMs, keyedTtlMs, deadTtlMs, recordTtlMs } =
      this.settings;
    let left = most;
    left -= this.sweepTimeline(this.records, now - recordTtlMs, left);
    left -= this.sweepTimeline(this.keyed, now - keyedTtlMs, left);
    left -= this.sweepTimeline(this.collected, now - collectedTtlMs, left);
    left -= this.sweepTimeline(this.cancelled, now - cancelledTtlMs, left);
    left -= this.sweepTimeline(this.finished, now - finishedTtlMs, left);
    left -= this.sweepTimeline(this.dead, now - deadTtlMs, left);
    return left > 0;
  }

  /**
   * All that ended without a result, in the order in which they began to be kept. The one that was given last may be
   * run again while this goes on.
   */
  *oldestDead(): Generator<Task> {
    this.placeReturned();
    let [a, b] = [this.dead.head, this.cancelled.head];
    while (a !== undefined || b !== undefined) {
      const task: Task = b === undefined || (a !== undefined && a.keptSince <= b.keptSince) ? (a as Task) : b;
      if (task === a) a = a.later;
      else b = b?.later;
      if (task.state !== 'done') yield task;
    }
  }

  /** The same, the other way round. */
  *newestDead(): Generator<Task> {
    this.placeReturned();
    let [a, b] = [this.dead.last, this.cancelled.last];
    while (a !== undefined || b !== undefined) {
      const task: Task = b === undefined || (a !== undefined && a.keptSince > b.keptSince) ? (a as Task) : b;
      if (task === a) a = a.earlier;
      else b = b?.earlier;
      if (task.state !== 'done') yield task;
    }
  }

  private placeReturned(): void {
    if (this.returned.length === 0) return;
    const returned = this.returned.toSorted((a, b) => a.task.keptSince - b.task.keptSince);
    this.returned = [];
    for (const { task, timeline } of returned) timeline.insertKept(task);
  }

  private get bounded(): number {
    return this.collected.size + this.cancelled.size + this.finished.size + this.keyed.size;
  }

  private timelineOf({ state, story }: Task): Timeline {
    if (state === 'done') return story?.rules?.idempotencyKey === undefined ? this.finished : this.keyed;
    return state === 'cancelled' ? this.cancelled : this.dead;
  }

  private count({ state, payloadBytes, resultBytes }: Task, sign: 1 | -1): void {
    if (state !== 'done') this.deadBytesHeld += sign * payloadBytes;
    if (state === 'done' || state === 'cancelled') this.resultBytesHeld += sign * resultBytes;
    else this.deadBytesHeld += sign * resultBytes;
  }

  /** Makes room where there is too much; never of `newest`, which is kept even when it is too large by itself. */
  private trim(newest: Task): void {
    const { finishedMax, finishedBytesMax, deadMax, deadBytesMax } = this.settings;
    while (this.bounded > finishedMax || this.resultBytesHeld > finishedBytesMax) {
      if (!this.dropFirst(this.ofFinished, newest)) break;
    }
    while (this.dead.size > deadMax) if (!this.dropFirst(this.ofDead, newest)) break;
    while (this.deadBytesHeld > deadBytesMax) if (!this.dropFirst(this.ofDeadBytes, newest)) break;
  }

  /** Forgets the oldest task of the first of these timelines that has one. */
  private dropFirst(timelines: readonly Timeline[], newest: Task): boolean {
    for (const { head } of timelines) {
      if (head === undefined || head === newest) continue;
      this.drop(head);
      return true;
    }
    return false;
  }

  private sweepTimeline(timeline: Timeline, keptUntil: number, most: number): number {
    let dropped = 0;
    for (let task = timeline.head; task !== undefined && task.keptSince <= keptUntil; task = timeline.head) {
      if (dropped === most) break;
      this.drop(task);
      dropped += 1;
    }
    return dropped;
  }

  private drop(task: Task): void {
    const { timeline } = task;
    this.count(task, -1);
    timeline?.remove(task);
    if (task.state !== 'done' || timeline === this.records || this.settings.recordsMax === 0)
      this.forget(task);
    else this.keepRecord(task);
  }

  private keepRecord(task: Task): void {
    task.resultBytes = 0;
    task.keptSince = task.endedAt;
    this.records.insertKept(task);
    this.archive(task);
    const { head } = this.records;
    if (this.records.size > this.settings.recordsMax && head !== undefined) this.dropRecord(head);
  }
}
