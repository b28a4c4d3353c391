/** The parts that the launcher starts, by the names under which it shows them. */
export type PartName = 'balancer' | 'hub' | 'healthcheck' | 'monitor';

/** All of them, in the order in which they are started. */
export const allParts: readonly PartName[] = ['balancer', 'hub', 'healthcheck', 'monitor'];

/** Those that run tasks: nobody watches. */
export const runningParts: readonly PartName[] = ['balancer', 'hub'];
