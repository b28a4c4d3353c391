/** How a lease ended that did not end its task with an outcome. */
export type AttemptEnd =
  /** The handler failed. */
  | 'failed'
  /** The handler took longer than it may. */
  | 'timed-out'
  /** It was cancelled and its task was run again later. */
  | 'cancelled'
  | LeaseLoss;

/** How a lease ends without an outcome. */
export type LeaseLoss =
  /** The hub gave it back before it began: it did not happen, and its number is given again. */
  | 'returned'
  /** The worker's process died, and the task may be to blame. */
  | 'worker-lost'
  /** The hub had to stop the worker for another reason, which says nothing about the task. */
  | 'interrupted'
  /** The hub's session ended, or nobody came back with the lease after a restart of the balancer. */
  | 'hub-lost'
  /** The hub came back and does not know of it: the dispatch was lost on the way. */
  | 'undelivered';

/** What there is to say of an attempt's error. */
export interface AttemptError {
  readonly name: string;
  readonly message: string;
}

/** An attempt that is over, of a task that went on or that its loss has ended. Times are monotonic milliseconds. */
export interface PastAttempt {
  readonly attempt: number;
  /** Of its lease. */
  readonly epoch: number;
  readonly dispatchedAt: number;
  /** 0 = it is not known to have begun. */
  readonly startedAt: number;
  readonly endedAt: number;
  /** The worker that ran it, where known. */
  readonly worker: string | undefined;
  /** The name of its hub, where known. */
  readonly hub: string | undefined;
  readonly how: AttemptEnd;
  readonly error?: AttemptError;
}

/** Of a task's past attempts the first and the last so many are kept. */
const KEPT_AT_EACH_END = 16;

/** The past of a task that has none: one for all. */
export const NO_PAST: readonly PastAttempt[] = [];

/** A past with one more attempt; when there are too many, one from the middle makes room. */
export function remembered(past: readonly PastAttempt[], attempt: PastAttempt): readonly PastAttempt[] {
  const isFull = past.length >= 2 * KEPT_AT_EACH_END;
  const last = isFull ? past.slice(1 - KEPT_AT_EACH_END) : past.slice(KEPT_AT_EACH_END);
  return [...past.slice(0, KEPT_AT_EACH_END), ...last, attempt];
}
