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
  /** A done task is kept for this long, */
  readonly finishedTtlMs: number;
  /** for this long once its client has the result, */
  readonly collectedTtlMs: number;
  /** and any ended one for this long when it was cancelled. */
  readonly cancelledTtlMs: number;
  /** Done and cancelled tasks that are kept at most; the oldest go first, collected ones before all others. */
  readonly finishedMax: number;
  /** Bytes of their results; one that is larger by itself is kept until the next task ends. */
  readonly finishedBytesMax: number;
  /** A failed or expired task is kept for this long, with its payload. */
  readonly deadTtlMs: number;
  /** Failed and expired tasks that are kept at most; the oldest go first. */
  readonly deadMax: number;
  /** Bytes of their payloads and error reports, and of the payloads of cancelled ones, which go first. */
  readonly deadBytesMax: number;
  /** A done task with an idempotency key is kept for this long after its end, with its result. */
  readonly keyedTtlMs: number;
  /** Of a done task whose time is over the record is kept until so long after its end, */
  readonly recordTtlMs: number;
  /** and so many records at most, the latest; 0 = none. */
  readonly recordsMax: number;
  /** A task that has killed so many workers ends as failed: quarantined. */
  readonly crashesMax: number;
  /** So does one that was running on so many hubs when these were lost. */
  readonly hubLossesMax: number;
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
  deadTtlMs: 7 * 24 * 3_600_000,
  deadMax: 10_000,
  deadBytesMax: 256 * 1024 ** 2,
  keyedTtlMs: 24 * 3_600_000,
  recordTtlMs: 3_600_000,
  recordsMax: 0,
  crashesMax: 3,
  hubLossesMax: 16,
};
