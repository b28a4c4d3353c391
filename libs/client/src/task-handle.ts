import type { CancelReply, PenstockError, TaskId, TaskStatus } from '@penstock/protocol';
import type { DeliveryOptions, OneDeliveryOptions } from './delivery.js';

/** Options of a submission. */
export interface SubmitOptions extends DeliveryOptions {
  /** For whom the task is: users share the workers fairly. Default `anonymous`. */
  readonly userId?: string;
  /** Finite; higher goes first among this user's tasks, and must lie in a worker's band. Default 0. */
  readonly priority?: number;
}

/** Options of one submission. */
export interface SubmitOneOptions extends SubmitOptions, OneDeliveryOptions {
  /**
   * The task's id, minted before by `TaskIdMinter.mint(userId)`: submitting it again, from this process or another,
   * is the same task. Default: a fresh one.
   */
  readonly taskId?: string;
  /**
   * Whether a refusal that may pass (`QUOTA_EXCEEDED`, `QUEUE_FULL`, `JOURNAL_FULL`, `TOO_MANY_USERS`) is retried instead of
   * told: when the balancer said it would be worth it, or with back-off. With `maxWaitMs`, until so many milliseconds after
   * the submission; then the refusal is told. Default false for one task; `submitMany` and `map` always retry.
   */
  readonly retryRefusals?: boolean | { readonly maxWaitMs: number };
}

/** That the balancer has a task. */
export interface Acceptance {
  /** `memory`: the task survives the loss of workers and hubs. `disk`: the loss of the balancer as well. */
  readonly durability: 'memory' | 'disk';
  /** The balancer had it before: it was handed in again, or its `idempotencyKey` is that of an earlier task. */
  readonly known: boolean;
}

/** What is known of how a task was run. */
export interface TaskRun {
  /** The worker that ran the last attempt; absent = none did. */
  readonly worker: string | undefined;
  /** The attempt that ended the task, from 1; 0 = it never ran. */
  readonly attempt: number;
  /** From acceptance to the last dispatch, in milliseconds. */
  readonly waitMs: number;
  /** How long the handler ran, in milliseconds. */
  readonly runMs: number;
}

/** How a task ended well. */
export interface TaskSuccess<Result = unknown> extends TaskRun {
  readonly ok: true;
  /** What the handler returned: a JSON value, or a `Uint8Array` of its own. */
  readonly value: Result;
}

/** How a task ended otherwise. */
export interface TaskFailure extends TaskRun {
  readonly ok: false;
  /** What {@link TaskHandle.result} throws. */
  readonly error: PenstockError;
}

/** How a task ended. */
export type TaskOutcome<Result = unknown> = TaskSuccess<Result> | TaskFailure;

/** Options of {@link TaskHandle.result}. */
export interface ResultOptions {
  /** How long to wait, in milliseconds. The task goes on after that. Default: as long as it takes. */
  readonly timeoutMs?: number;
}

/** A submitted task. */
export interface TaskHandle<Result = unknown> {
  /**
   * Its public name, a UUIDv7. When the balancer says that an earlier task has its `idempotencyKey`, it becomes that one's:
   * this handle then follows the earlier task, and has its result.
   */
  readonly id: TaskId;
  /** Which task it is, such as `HELLO`. */
  readonly name: string;
  /** How it ended; `undefined` while it has not. */
  readonly outcome: TaskOutcome<Result> | undefined;
  /**
   * Resolves when the balancer has the task. Asking for it is optional.
   *
   * @throws PenstockError a refusal (`QUOTA_EXCEEDED`, `QUEUE_FULL`, `ID_CONFLICT`, `KEY_CONFLICT`, …; `details.retryAfterMs`
   *   where the balancer says when to come again), `TASK_CANCELLED` when it was
   *   cancelled before, `CONNECTION_LOST` after `connectTimeoutMs`, or `CLOSED`
   */
  readonly accepted: Promise<Acceptance>;
  /**
   * What the handler returned.
   *
   * @throws PenstockError `TASK_FAILED` (its `details` are the handler's error, its `cause` that error rebuilt; their `code`
   *   is `ATTEMPT_TIMEOUT`, `WORKER_LOST` or `QUARANTINED` where no handler threw), `TASK_CANCELLED`, `TASK_EXPIRED`
   *   (`details.cause` is `queue-ttl` or `deadline`), `DEADLINE_EXCEEDED` after `timeoutMs`, or what {@link accepted} throws
   */
  result(options?: ResultOptions): Promise<Result>;
  /**
   * Where the task is now, as the balancer says; a task that was not handed in yet is `queued`, and `waitingFor` says why.
   *
   * @throws PenstockError `TASK_UNKNOWN` when the balancer has forgotten it, `CONNECTION_LOST`, `CLOSED`
   */
  status(): Promise<TaskStatus>;
  /**
   * Cancels the task wherever it is, and tells where that was. A running handler is told, and may still end well:
   * {@link result} says how it ended. Without a connection it waits for one.
   *
   * @throws PenstockError `CLOSED`
   */
  cancel(): Promise<CancelReply>;
  /** How far the task is, from 0 to 100, each time that it gets further; ends when the task does. */
  progress(): AsyncIterableIterator<number, undefined>;
}
