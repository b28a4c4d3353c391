import type { Lane } from './lane.js';
import type { TaskName } from './task-name.js';

/**
 * Priorities from `low` (included) to `high` (excluded) that no announced band tells apart: bands begin and end at
 * the edges of segments only.
 */
export class Segment {
  readonly lanes = new Map<TaskName, Lane>();

  constructor(
    readonly low: number,
    public high: number,
  ) {}
}
