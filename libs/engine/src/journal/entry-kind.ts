/** What an entry of the journal holds; see ADR 6. */
export const EntryKind = {
  /** A client's batch as it came, and which of its tasks were taken. */
  submitted: 1,
  /** Attempts that a turn has handed out. */
  dispatched: 2,
  /** A hub's outcomes as they came, and which of them counted. */
  ended: 3,
  /** How some tasks are, whatever they were before. */
  states: 4,
  /** Tasks of entries of which little was left: all that is known of each. */
  carried: 5,
  /** Ids of tasks that are not known any more, though an entry that lives has them. */
  forgotten: 6,
  /** On which run of the machine a balancer writes, and what its monotonic clock lacks to the time of the journal. */
  boot: 7,
  /** Tasks of small entries of which nothing was told since, in one batch. */
  gathered: 8,
} as const;
export type EntryKind = (typeof EntryKind)[keyof typeof EntryKind];
