import { PenstockError, type ClientWelcome } from '@penstock/protocol';
import { backoffMs, type Random } from '@penstock/runtime';
import { Fifo } from './fifo.js';
import type { OpenTask } from './open-task.js';
import { UserLane } from './user-lane.js';

const BACKOFF = { firstMs: 50, maxMs: 5_000 };
/** Lanes kept although nothing of them is open or waits, so that they are not made anew for each task. */
const IDLE_LANES = 1_024;

/** Bounds of what may wait here to be handed in. */
export interface OutboxBounds {
  readonly tasks: number;
  readonly bytes: number;
}

/**
 * Decides which task is handed in next. Tasks wait in lanes, one per user; the lanes take turns, so that a user over
 * quota holds up nobody else. What was handed in and has not ended fills the window that the balancer has granted.
 */
export class Outbox {
  private readonly lanes = new Map<string | undefined, UserLane>();
  private latestLane: UserLane | undefined;
  private readonly line = new Fifo<UserLane>();
  private readonly resting = new Set<UserLane>();
  private window = { windowTasks: 0, windowBytes: 0, queuedPerUser: 0 };
  private openTasks = 0;
  private openBytes = 0;
  private waitingTasks = 0;
  private waitingBytes = 0;

  constructor(
    private readonly bounds: OutboxBounds,
    private readonly random: Random = Math.random,
  ) {}

  /** Largest payload that the balancer takes, once it has said so. */
  payloadBytesMax = Infinity;

  /** Tasks that have not ended, here and at the balancer. */
  get tasks(): number {
    return this.openTasks + this.waitingTasks;
  }

  /** Takes the limits of a welcome. */
  onWelcome(limits: ClientWelcome['limits']): void {
    this.window = limits;
    this.payloadBytesMax = limits.payloadBytes;
    for (const lane of this.resting) lane.restsUntil = 0;
    this.wake(0);
  }

  /**
   * The lane of a user; absent or empty = `anonymous`.
   *
   * @throws PenstockError `INVALID_USER`
   */
  laneOf(user: string | undefined): UserLane {
    const userId = user === '' ? undefined : user;
    if (this.latestLane?.userId === userId && this.latestLane !== undefined) return this.latestLane;
    let lane = this.lanes.get(userId);
    if (lane === undefined) {
      lane = new UserLane(userId);
      this.lanes.set(userId, lane);
    }
    this.latestLane = lane;
    return lane;
  }

  /** @throws PenstockError `OUTBOX_FULL` when that much more may not wait here */
  requireRoom(tasks: number, bytes: number): void {
    const { bounds, waitingTasks, waitingBytes } = this;
    const isOver = waitingTasks + tasks > bounds.tasks || waitingBytes + bytes > bounds.bytes;
    if (!isOver) return;
    throw new PenstockError(
      'OUTBOX_FULL',
      `${waitingTasks} tasks with ${waitingBytes} bytes wait to be handed in, at most ${bounds.tasks} with ` +
        `${bounds.bytes} may: wait for results before you submit more, use map(), or raise maxPending`,
      { details: { tasks: waitingTasks, bytes: waitingBytes, limit: bounds } },
    );
  }

  /** Lets a new task wait. */
  push(task: OpenTask): void {
    this.waitingTasks += 1;
    this.waitingBytes += task.payload.length;
    task.lane.waiting.push(task);
    this.standInLine(task.lane);
  }

  /** Takes the next task that may be handed in now. */
  next(now: number): OpenTask | undefined {
    for (let lane = this.line.peek(); lane !== undefined; lane = this.line.peek()) {
      const task = this.nextOf(lane, now);
      if (task === undefined) {
        this.line.shift();
        lane.isInLine = false;
        continue;
      }
      if (!this.fits(task)) return undefined;
      lane.waiting.shift();
      if (this.line.length > 1) {
        this.line.shift();
        this.line.push(lane);
      }
      this.waitingTasks -= 1;
      this.waitingBytes -= task.payload.length;
      this.openTasks += 1;
      this.openBytes += task.payload.length;
      lane.openTasks += 1;
      return task;
    }
    return undefined;
  }

  /** Tasks that were handed in wait again, before all others of their users. */
  putBack(tasks: readonly OpenTask[]): void {
    const byLane = new Map<UserLane, OpenTask[]>();
    for (const task of tasks) {
      this.leaveWindow(task);
      this.waitingTasks += 1;
      this.waitingBytes += task.payload.length;
      const ofLane = byLane.get(task.lane);
      if (ofLane === undefined) byLane.set(task.lane, [task]);
      else ofLane.push(task);
    }
    for (const [lane, ofLane] of byLane) {
      lane.waiting.prepend(ofLane.toSorted((a, b) => a.sequence - b.sequence));
      this.standInLine(lane);
    }
  }

  /** A task has ended, or nobody wants it any more. Called while it still has its payload. */
  remove(task: OpenTask): void {
    const { lane } = task;
    if (task.phase === 'pending') {
      this.waitingTasks -= 1;
      this.waitingBytes -= task.payload.length;
      lane.skip();
      return;
    }
    this.leaveWindow(task);
    if (lane.waiting.length > 0) this.standInLine(lane);
    else if (lane.openTasks === 0 && this.lanes.size > IDLE_LANES) this.forget(lane);
  }

  /**
   * The balancer refused a task of this lane for now: nothing of it is handed in for a while.
   *
   * @param adviceMs how long the balancer said that to be; 0 = it did not say
   */
  rest(lane: UserLane, now: number, adviceMs: number): void {
    if (this.resting.has(lane)) lane.restsUntil = Math.max(lane.restsUntil, now + adviceMs);
    else {
      // Others were given the same advice, so nobody comes at that very moment.
      lane.restsUntil = now + adviceMs + backoffMs(lane.rests, BACKOFF, this.random);
      lane.rests += 1;
      this.resting.add(lane);
    }
  }

  /** Lets lanes go on whose rest is over, and tells when the next one is; `Infinity` = none rests. */
  wake(now: number): number {
    let next = Infinity;
    for (const lane of this.resting) {
      if (lane.restsUntil > now) next = Math.min(next, lane.restsUntil);
      else {
        this.resting.delete(lane);
        this.standInLine(lane);
      }
    }
    return next;
  }

  private nextOf(lane: UserLane, now: number): OpenTask | undefined {
    const quota = this.window.queuedPerUser;
    if ((quota > 0 && lane.openTasks >= quota) || lane.restsUntil > now) return undefined;
    return lane.peek();
  }

  /** One task always fits, however large: otherwise it would wait for good. */
  private fits(task: OpenTask): boolean {
    const { windowTasks, windowBytes } = this.window;
    return (
      this.openTasks === 0 ||
      (this.openTasks < windowTasks && this.openBytes + task.payload.length <= windowBytes)
    );
  }

  private leaveWindow({ payload, lane }: OpenTask): void {
    this.openTasks -= 1;
    this.openBytes -= payload.length;
    lane.openTasks -= 1;
  }

  private standInLine(lane: UserLane): void {
    if (lane.isInLine) return;
    lane.isInLine = true;
    this.line.push(lane);
  }

  private forget(lane: UserLane): void {
    this.lanes.delete(lane.userId);
    if (this.latestLane === lane) this.latestLane = undefined;
  }
}
