import type { TaskId } from '@penstock/protocol/wire';

/** What a handler knows of the attempt that it runs, and what it can do with it. */
export interface TaskContext {
  readonly taskId: TaskId;
  /**
   * Counted from 1; higher when an earlier attempt failed, or was lost with its worker. No fence against another run: a
   * balancer that was killed just after a dispatch may give the same number again.
   */
  readonly attempt: number;
  /** The task's name. */
  readonly name: string;
  /** Whom the task is for; `anonymous` when the client named nobody. */
  readonly userId: string;
  readonly priority: number;
  /** The worker that runs the attempt, such as `worker_1a2b3c4d`. */
  readonly worker: string;
  /** The task's fixed arguments. */
  readonly arguments: Readonly<Record<string, unknown>>;
  /** How long this attempt may take, in milliseconds from its begin; `undefined` = as long as it takes. */
  readonly timeoutMs: number | undefined;
  /**
   * What is the same in all attempts at what its submitter calls the same task: its idempotency key, or the task's id. Hand it
   * on to whatever you call, so that a repeated side effect is known as one.
   */
  readonly idempotencyKey: string;
  /**
   * Aborted when the task is cancelled (its reason is an `AbortError`) and when the attempt takes longer than it may (a
   * `TimeoutError`). A handler that has not ended when the grace period is over (WKHUB_CANCEL_GRACE) is killed with its
   * process.
   */
  readonly signal: AbortSignal;
  /** Tells the client how far the task is, from 0 to 100. Call it as often as you like: updates are thinned out. */
  progress(percent: number): void;
  /** Writes a line to the hub's log, tagged with the task. Formats like `console.log`. */
  log(...values: unknown[]): void;
}
