/** Why a task has ended. */
export type EndCause =
  /** `done`: its handler gave a result. */
  | 'done'
  /** `failed`: an attempt failed that was to be the only one, or that had to end anyway: cancelled, past its deadline. */
  | 'failed'
  /** `failed`: so did the last of the attempts that it may have. */
  | 'attempts-exhausted'
  /** `failed`: it had attempts left, and its error said that they would be of no use. */
  | 'not-retryable'
  /** `failed`: an attempt that may have begun was lost, and it must not start twice. */
  | 'worker-lost'
  /** `failed`: it was running when too many workers died, or on too many hubs that were lost. */
  | 'quarantined'
  /** `cancelled`: somebody asked for it, or its hub had to end it. */
  | 'cancelled'
  /** `expired`: it was in the queue for as long as it may be. */
  | 'queue-ttl'
  /** `expired`: its time from submission to end is over. */
  | 'deadline';
