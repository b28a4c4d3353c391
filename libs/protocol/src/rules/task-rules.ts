/** How long a task waits after an attempt that failed. */
export interface Backoff {
  /**
   * `fixed`: each time `delayMs`. `exponential`: `delayMs`, doubled with each failure. `jitter`: a random time between
   * nothing and what `exponential` would wait. None waits longer than `maxDelayMs`.
   */
  readonly kind: BackoffKind;
  /** After the first failure, in whole milliseconds. */
  readonly delayMs: number;
  /** At most, in whole milliseconds; not below `delayMs`. */
  readonly maxDelayMs: number;
}

/** The rules by which a task is delivered. They travel with it; what is absent is the balancer's default. */
export interface TaskRules {
  /** Attempts that may fail, 1 to 65,535; the last of them fails the task. Absent = 1. */
  readonly maxAttempts?: number;
  /** Before each further attempt. Present exactly when `maxAttempts` is. */
  readonly backoff?: Backoff;
  /** What a task does whose worker or hub is lost after its handler began. Absent = `retry`. */
  readonly onWorkerLoss?: 'retry' | 'fail';
  /** How long a handler may take, in whole milliseconds from its begin. Absent = as long as it takes. */
  readonly timeoutMs?: number;
  /** Milliseconds from acceptance to the end of the task, all attempts included. Absent = none. */
  readonly deadlineMs?: number;
  /** Milliseconds from acceptance to the first dispatch. Absent = at once; excludes `runAt`. */
  readonly delayMs?: number;
  /** When to run it, in milliseconds since 1970 by the balancer's clock at acceptance. Excludes `delayMs`. */
  readonly runAt?: number;
  /** Milliseconds that it may be in the queue. Absent = the balancer's own time. */
  readonly queueTtlMs?: number;
  /** One task per user, name and key within the balancer's window: 1 to 256 bytes of UTF-8. */
  readonly idempotencyKey?: string;
  /** What its acknowledgement promises. Absent = what the welcome says. */
  readonly durability?: 'memory' | 'disk';
}

/** Kinds of back-off by their number on the wire. */
export const backoffKinds = ['fixed', 'exponential', 'jitter'] as const;
export type BackoffKind = (typeof backoffKinds)[number];

/** What is done on the loss of a worker, by its number on the wire. */
export const lossPolicies = ['retry', 'fail'] as const;

/** Levels of durability, by their number on the wire. */
export const durabilityNames = ['memory', 'disk'] as const;
