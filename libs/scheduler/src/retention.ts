import type { SchedulerSettings } from './settings.js';
import type { Task } from './task.js';
import { Timeline } from './timeline.js';

/**
 * Tasks that have ended and are still known. All tasks of one timeline are kept for as long as each other, so the
 * order in which they came is the order in which they go.
 */
export class Retention {
  private readonly collected = new Timeline();
  private readonly cancelled = new Timeline();
  private readonly finished = new Timeline();
  private bytes = 0;

  /** @param forget told which task is not to be known any more */
  constructor(
    private readonly settings: SchedulerSettings,
    private readonly forget: (task: Task) => void,
  ) {}

  /** Ended tasks that are known. */
  get size(): number {
    return this.collected.size + this.cancelled.size + this.finished.size;
  }

  /** Bytes of their results. */
  get resultBytes(): number {
    return this.bytes;
  }

  /** Keeps a task that has just ended, at the cost of the oldest ones if there are too many. */
  keep(task: Task): void {
    this.bytes += task.resultBytes;
    (task.state === 'cancelled' ? this.cancelled : this.finished).append(task);
    while (this.size > this.settings.finishedMax || this.bytes > this.settings.finishedBytesMax) {
      const oldest = this.oldestBut(task);
      if (oldest === undefined) break;
      this.drop(oldest);
    }
  }

  /** The client has the result: from now on the short time counts. */
  collect(task: Task, now: number): void {
    if (task.timeline !== this.finished) return;
    this.finished.remove(task);
    task.keptSince = now;
    this.collected.append(task);
  }

  /** Its result is not kept any longer; the task itself is, for the time of a cancelled one. */
  dropResult(task: Task, now: number): void {
    this.bytes -= task.resultBytes;
    task.resultBytes = 0;
    if (task.timeline === this.cancelled) return;
    task.timeline?.remove(task);
    task.keptSince = now;
    this.cancelled.append(task);
  }

  /** Forgets at most `most` tasks whose time is over; false = there are more. */
  sweep(now: number, most: number): boolean {
    const { collectedTtlMs, cancelledTtlMs, finishedTtlMs } = this.settings;
    let left = most;
    left -= this.sweepTimeline(this.collected, now - collectedTtlMs, left);
    left -= this.sweepTimeline(this.cancelled, now - cancelledTtlMs, left);
    left -= this.sweepTimeline(this.finished, now - finishedTtlMs, left);
    return left > 0;
  }

  /** Of what is kept the first to make room; never `newest`, which is kept even when it is too large by itself. */
  private oldestBut(newest: Task): Task | undefined {
    if (this.collected.head !== undefined) return this.collected.head;
    const cancelled = this.cancelled.head;
    if (cancelled !== undefined && cancelled !== newest) return cancelled;
    const finished = this.finished.head;
    return finished === newest ? undefined : finished;
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
    this.bytes -= task.resultBytes;
    task.timeline?.remove(task);
    this.forget(task);
  }
}
