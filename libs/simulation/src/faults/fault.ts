/** What can go wrong. */
export const faultKinds = [
  /** A connection breaks; its ends learn of it in their own time, or never. */
  'break',
  /** Some machines cannot be reached, or cannot reach the others, for a while: clogged and unclogged in any order. */
  'partition',
  /** A process is stopped, its clock goes on, and it is continued. */
  'pause',
  /** A hub, a client or the balancer is killed, or loses its power, and is started again. */
  'crash-hub',
  'crash-client',
  'crash-balancer',
  /** A hub is asked to stop, and is started again. */
  'stop-hub',
  /** A worker's process dies. */
  'kill-worker',
  /** The health check takes a hub for dead that is not. */
  'false-alarm',
  /** The wall clock of a machine is set. */
  'step-clock',
  /** The balancer's disk is full for a while. */
  'full-disk',
] as const;

export type FaultKind = (typeof faultKinds)[number];
