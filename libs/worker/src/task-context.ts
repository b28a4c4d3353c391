import type { TaskId } from '@penstock/protocol/wire';

/** What a handler knows of the attempt that it runs, and what it can do with it. */
export interface TaskContext {
  readonly taskId: TaskId;
  /** Counted from 1; higher when an earlier attempt was lost with its worker. */
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
  /**
   * Aborted when the task is cancelled. A handler that has not ended when the grace period is over (WKHUB_CANCEL_GRACE)
   * is killed with its process.
   */
  readonly signal: AbortSignal;
  /** Tells the client how far the task is, from 0 to 100. Call it as often as you like: updates are thinned out. */
  progress(percent: number): void;
  /** Writes a line to the hub's log, tagged with the task. Formats like `console.log`. */
  log(...values: unknown[]): void;
}
