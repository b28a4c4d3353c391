import type { GroupPlan } from '../src/slots/slot-group.js';

/** A group of one process that takes everything. */
export function plan(over: Partial<GroupPlan> = {}): GroupPlan {
  return {
    name: 'group-1',
    kind: 'process',
    slots: 1,
    minPriority: null,
    maxPriority: null,
    niceness: 0,
    tasks: null,
    ...over,
  };
}
