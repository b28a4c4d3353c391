import {
  EMPTY,
  PenstockError,
  readTaskId,
  type Bytes,
  type CancelReply,
  type ContentType,
  type SubmitRecord,
  type TaskId,
  type TaskStatus,
} from '@penstock/protocol';
import { deferred, type Deferred } from '@penstock/runtime';
import { ProgressStream } from './progress-stream.js';
import type { Acceptance, ResultOptions, TaskHandle, TaskOutcome } from './task-handle.js';
import type { IdPlace } from './task-table.js';
import type { UserLane } from './user-lane.js';
import { withinMs } from './within-ms.js';

/**
 * Where a task is, as this client knows:
 *
 * ```
 * pending ──▶ sent ──▶ accepted ──▶ ended     pending   waits here, for the window, the quota or a connection
 *    ▲          │          │                  sent      handed in, not acknowledged
 *    └──────────┴──────────┘                  accepted  the balancer has it
 *   (connection lost, balancer restarted)     ended     its outcome is here
 * ```
 */
export type TaskPhase = 'pending' | 'sent' | 'accepted' | 'ended';

/** Told of the ends of tasks: one for all tasks of a batch, so that none of them needs a promise. */
export interface TaskListener {
  onEnded(task: OpenTask): void;
  onProgress?(task: OpenTask, progress: number): void;
}

/** What a handle needs of its client. */
export interface TaskPort {
  status(task: OpenTask): Promise<TaskStatus>;
  cancel(task: OpenTask): Promise<CancelReply>;
  watch(task: OpenTask): void;
}

/** What is particular to a task. */
export interface TaskSeed {
  readonly name: string;
  readonly priority: number;
  readonly contentType: ContentType;
  readonly payload: Bytes;
  /** The rules of delivery; absent = none. */
  readonly options?: Bytes | undefined;
  /** Until when refusals are retried, in monotonic milliseconds; 0 = they are told at once. */
  readonly retriesUntil: number;
  readonly listener?: TaskListener | undefined;
  /** Its place in its batch. */
  readonly index?: number | undefined;
}

const NONE: readonly OpenTask[] = [];

/** A submitted task: the handle that its submitter has, and all that the client knows of it. */
export class OpenTask implements TaskHandle, SubmitRecord {
  readonly name: string;
  readonly priority: number;
  readonly contentType: ContentType;
  /** Until when refusals are retried, in monotonic milliseconds; 0 = they are told at once. */
  readonly retriesUntil: number;
  readonly index: number;
  idView: DataView;
  idOffset: number;
  /** The rules of delivery, as they travel. */
  options: Bytes;
  /** Kept until the end: a balancer that has lost the task gets it again. */
  payload: Bytes;
  phase: TaskPhase = 'pending';
  /** Whether a balancer may have it, although it is pending perhaps. */
  wasSent = false;
  /** Times that it was sent in this session without being acknowledged. */
  submissions = 0;
  /** When it was sent last, in whole monotonic milliseconds. */
  sentAt = 0;
  /** Whether somebody asked the balancer to cancel it. */
  isCancelled = false;
  /** The open task that this one turned out to be, by its idempotency key. */
  followed: OpenTask | undefined;
  /** How often the balancer has said that another task has its key. */
  redirections = 0;
  outcome: TaskOutcome | undefined;
  acceptance: Acceptance | undefined;
  private readonly listener: TaskListener | undefined;
  private acceptedWaiter: Deferred<Acceptance> | undefined;
  private resultWaiter: Deferred<unknown> | undefined;
  private acknowledgedWaiter: Deferred<void> | undefined;
  private streams: Set<ProgressStream> | undefined;
  private followers: OpenTask[] | undefined;

  constructor(
    private readonly port: TaskPort,
    readonly lane: UserLane,
    id: IdPlace,
    /** Rises from task to task of a client. */
    readonly sequence: number,
    seed: TaskSeed,
  ) {
    this.idView = id.view;
    this.idOffset = id.offset;
    this.name = seed.name;
    this.priority = seed.priority;
    this.contentType = seed.contentType;
    this.payload = seed.payload;
    this.options = seed.options ?? EMPTY;
    this.retriesUntil = seed.retriesUntil;
    this.listener = seed.listener;
    this.index = seed.index ?? 0;
  }

  get id(): TaskId {
    return readTaskId(new Uint8Array(this.idView.buffer, this.idView.byteOffset), this.idOffset);
  }

  get userId(): string | undefined {
    return this.lane.userId;
  }

  get accepted(): Promise<Acceptance> {
    if (this.acceptance !== undefined) return Promise.resolve(this.acceptance);
    if (this.outcome?.ok === false) return Promise.reject(this.outcome.error);
    this.acceptedWaiter ??= deferred();
    return this.acceptedWaiter.promise;
  }

  result({ timeoutMs }: ResultOptions = {}): Promise<unknown> {
    const { outcome } = this;
    if (outcome !== undefined)
      return outcome.ok ? Promise.resolve(outcome.value) : Promise.reject(outcome.error);
    this.resultWaiter ??= deferred();
    const { promise } = this.resultWaiter;
    return timeoutMs === undefined ? promise : withinMs(promise, timeoutMs, () => this.notInTime(timeoutMs));
  }

  status(): Promise<TaskStatus> {
    return this.port.status(this);
  }

  cancel(): Promise<CancelReply> {
    return this.port.cancel(this);
  }

  progress(): AsyncIterableIterator<number, undefined> {
    const stream = new ProgressStream(() => this.streams?.delete(stream));
    if (this.phase === 'ended') stream.end();
    else {
      this.streams ??= new Set();
      this.streams.add(stream);
      this.port.watch(this);
    }
    return stream;
  }

  /** Whether somebody wants to know how far it is. */
  get isWatched(): boolean {
    return (
      this.listener?.onProgress !== undefined ||
      (this.streams?.size ?? 0) > 0 ||
      this.followers?.some(({ isWatched }) => isWatched) === true
    );
  }

  /** It is the task of this id, which waits here as well or is waited for now. */
  becomes({ view, offset }: IdPlace): void {
    this.idView = view;
    this.idOffset = offset;
  }

  /** It is the same as `original`, and ends with it. */
  follow(original: OpenTask): void {
    this.becomes({ view: original.idView, offset: original.idOffset });
    this.followed = original;
    original.followers ??= [];
    original.followers.push(this);
  }

  /** Those that turned out to be this one. */
  get followedBy(): readonly OpenTask[] {
    return this.followers ?? NONE;
  }

  /** Resolves when a balancer is known to have it, or when it has ended. */
  acknowledged(): Promise<void> {
    if (this.phase === 'accepted' || this.phase === 'ended') return Promise.resolve();
    this.acknowledgedWaiter ??= deferred();
    return this.acknowledgedWaiter.promise;
  }

  onAccepted(acceptance: Acceptance): void {
    this.phase = 'accepted';
    this.tellAcceptance(acceptance);
    this.wakeAcknowledged();
  }

  /** Tells its submitter that the balancer has it, wherever it is here by now. */
  tellAcceptance(acceptance: Acceptance): void {
    this.acceptance = acceptance;
    this.acceptedWaiter?.resolve(acceptance);
    this.acceptedWaiter = undefined;
  }

  onProgress(progress: number): void {
    this.listener?.onProgress?.(this, progress);
    for (const stream of this.streams ?? []) stream.push(progress);
    for (const follower of this.followedBy) follower.onProgress(progress);
  }

  onEnded(outcome: TaskOutcome): void {
    this.phase = 'ended';
    this.outcome = outcome;
    this.payload = EMPTY;
    this.options = EMPTY;
    const { acceptedWaiter, resultWaiter, streams } = this;
    this.acceptedWaiter = undefined;
    this.resultWaiter = undefined;
    this.streams = undefined;
    this.followers = undefined;
    this.followed = undefined;
    if (outcome.ok) resultWaiter?.resolve(outcome.value);
    else {
      acceptedWaiter?.reject(outcome.error);
      resultWaiter?.reject(outcome.error);
    }
    for (const stream of streams ?? []) stream.end();
    this.wakeAcknowledged();
    this.listener?.onEnded(this);
  }

  private wakeAcknowledged(): void {
    this.acknowledgedWaiter?.resolve();
    this.acknowledgedWaiter = undefined;
  }

  private notInTime(timeoutMs: number): PenstockError {
    return new PenstockError(
      'DEADLINE_EXCEEDED',
      `task ${this.name} (${this.id}) has not ended within ${timeoutMs} ms; it goes on`,
      { details: { taskId: this.id, timeoutMs } },
    );
  }
}
