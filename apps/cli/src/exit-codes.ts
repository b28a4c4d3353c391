/** How a command has ended, for the scripts that call it. Wrong parameters have 78, as in all programs of Penstock. */
export const ExitCode = {
  ok: 0,
  /** A task failed, was cancelled or expired; the health check finds something wrong; a part of Penstock failed. */
  failed: 1,
  /** The command line is wrong. */
  usage: 2,
  /** Nobody answers. */
  unreachable: 3,
  /** The balancer answers, and refuses; the journal is in use. */
  refused: 4,
  /** The time that `--timeout` gave is over. */
  timedOut: 124,
  /** Ctrl-C. */
  interrupted: 130,
} as const;

export type ExitCode = (typeof ExitCode)[keyof typeof ExitCode];
