import type { Task } from './task.js';
import type { Group } from './workers/group.js';

/** The port out: what the scheduler decides. It never waits for an answer; what comes of it is a new event. */
export interface Effects {
  /** Send this attempt to the hub of `group`. */
  dispatch(task: Task, group: Group): void;
  /** The task has ended: tell whoever waits for it. Its payload is not needed any more. */
  ended(task: Task): void;
  /** The task went back to its queue: its lease has ended without an outcome. */
  requeued(task: Task, cause: RequeueCause): void;
  /** Ask the hub of `group` to end this attempt. */
  cancelOnHub(task: Task, group: Group): void;
  /** The outcome's payload is not kept any longer. */
  dropResult(task: Task): void;
  /** Nothing is known of the task any more; its slot may be reused at once. */
  forgotten(task: Task): void;
}

/** Why a running task is queued again. */
export type RequeueCause =
  /** The hub gave it back before it began: the attempt does not count. */
  | 'returned'
  /** The worker's process died, or the hub had to stop it. */
  | 'worker-lost'
  /** The hub's session ended. */
  | 'hub-lost'
  /** The hub came back and does not know of it: the dispatch was lost on the way, so the attempt does not count. */
  | 'undelivered';
