/**
 * What an operator may choose. Times are milliseconds; counts and bytes are bounds on what is let in. What was let in
 * and comes back from a hub is queued whatever the bounds: they would lose it.
 */
export interface SchedulerSettings {
  /** Queued tasks of one user; 0 = no quota. */
  readonly queuedPerUser: number;
  /** Queued tasks in all. */
  readonly queuedMax: number;
  /** Payload bytes of queued and running tasks in all. */
  readonly payloadBytesMax: number;
  /** Distinct task names in use. */
  readonly namesMax: number;
  /** Distinct users with queued or running tasks. */
  readonly usersMax: number;
  /** Distinct worker classes (band and set of names). */
  readonly classesMax: number;
  /** After this long in the queue a task ends as `expired`. */
  readonly queuedTtlMs: number;
  /** An ended task is kept for this long, */
  readonly finishedTtlMs: number;
  /** for this long once its client has the result, */
  readonly collectedTtlMs: number;
  /** and for this long when it was cancelled. */
  readonly cancelledTtlMs: number;
  /** Ended tasks that are kept at most; the oldest go first, collected ones before all others. */
  readonly finishedMax: number;
  /** Bytes of their results; one that is larger by itself is kept until the next task ends. */
  readonly finishedBytesMax: number;
}

/** The seeds' values where they had one. */
export const defaultSettings: SchedulerSettings = {
  queuedPerUser: 1_000,
  queuedMax: 2_000_000,
  payloadBytesMax: 1024 ** 3,
  namesMax: 1_024,
  usersMax: 100_000,
  classesMax: 256,
  queuedTtlMs: 48 * 3_600_000,
  finishedTtlMs: 600_000,
  collectedTtlMs: 60_000,
  cancelledTtlMs: 120_000,
  finishedMax: 100_000,
  finishedBytesMax: 256 * 1024 ** 2,
};
