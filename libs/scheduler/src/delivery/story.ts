import type { HeapElement } from '../queue/indexed-heap.js';
import type { Task } from '../task.js';
import { NO_PAST } from './past.js';
import type { TaskRules } from './rules.js';

/**
 * What only a task has that has rules, or whose attempts have come to nothing: nearly all have neither, so it is made
 * when it is first needed. It stands in the heap of what is due.
 */
export class Story implements HeapElement {
  heapIndex = -1;
  rules: TaskRules | undefined = undefined;
  /** Attempts that failed. */
  failures = 0;
  /** Workers that died of it. */
  crashes = 0;
  /** Hubs that were lost while it ran there. */
  hubLosses = 0;
  /** Until when it is held back; of a delayed task. */
  notBefore = 0;
  /** Its total deadline. */
  deadlineAt = Infinity;
  /** When its time in the queue is over, if that is not the one of all tasks; a change needs it to be in no queue. */
  queuedUntil = Infinity;
  /** When something is due; Infinity = it is in no heap. */
  dueAt = Infinity;
  /** Its deadline has passed while it ran, and its hub was told: it ends as expired. */
  isExpiring = false;
  /** It ended with an outcome of its last attempt, which is not in `past`. */
  endedInHand = false;
  past = NO_PAST;

  constructor(readonly task: Task) {}

  /** Whether its time in the queue is looked after here, and not with that of all others. */
  get hasOwnTtl(): boolean {
    return this.queuedUntil !== Infinity;
  }
}
