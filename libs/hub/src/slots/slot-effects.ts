import type { HeldTask } from './held-task.js';
import type { SlotGroup } from './slot-group.js';
import type { SlotWorker } from './slot-worker.js';

/** What the slot table wants done, to workers and to the balancer. None of it calls back into the table at once. */
export interface SlotEffects {
  /** Put the task on the worker's link. */
  hand(worker: SlotWorker, task: HeldTask): void;
  /** Take back what the worker has not claimed; `onRecalled` tells what that was. */
  recall(worker: SlotWorker): void;
  /** Abort the signal of the handler. A second time, when a task that timed out is cancelled as well. */
  abort(worker: SlotWorker, task: HeldTask, why: 'timedOut' | 'cancelled'): void;
  /** End the worker by force; `onGone` tells when it is dead. */
  kill(worker: SlotWorker, reason: string): void;
  /** End the worker, which has nothing left; `onGone` tells when it is dead. */
  stop(worker: SlotWorker): void;

  /** A worker began the task. */
  started(worker: SlotWorker, task: HeldTask): void;
  /** The task ended without an outcome of its worker's. */
  ended(task: HeldTask, worker: SlotWorker | undefined, as: 'timedOut' | 'cancelled'): void;
  /**
   * The attempt died with its worker. The task is forgotten.
   *
   * @param isCharged false = the hub killed the worker, and not because of this task
   */
  lost(task: HeldTask, reason: string, isCharged: boolean): void;
  /** The attempt never began and is given back. The task is forgotten. */
  returned(task: HeldTask, reason: string): void;
  /** Something that the group's credit depends on may have changed. */
  creditChanged(group: SlotGroup): void;
}
