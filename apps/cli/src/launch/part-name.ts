/** The parts that the launcher starts, by the names under which it shows them. */
export type PartName = 'balancer' | 'hub';
