import type { Group } from './group.js';

/** A worker hub, for as long as its session lasts. */
export class Hub {
  groups: readonly Group[] = [];
  /** Load of its machine in steps of 10 %: ties between groups must not follow every flicker of a gauge. */
  cpuStep = 0;

  constructor(
    /** Its incarnation: the same process, over any number of connections. */
    readonly incarnation: string,
    /** Its name, for people. */
    readonly name: string,
    readonly arrival: number,
  ) {}
}
