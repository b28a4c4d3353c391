import type { AttemptEnd } from './delivery/past.js';
import type { Task } from './task.js';
import type { Group } from './workers/group.js';

/** The port out: what the scheduler decides. It never waits for an answer; what comes of it is a new event. */
export interface Effects {
  /** Send this attempt to the hub of `group`. */
  dispatch(task: Task, group: Group): void;
  /**
   * The task has ended, for its `cause`: tell whoever waits for it. Only if it is done its payload is not needed any
   * more; that of any other is kept until it is forgotten, since it may be run again.
   */
  ended(task: Task): void;
  /** Its lease has ended, and the task with it not: it is queued again, or delayed until its next attempt. */
  requeued(task: Task, how: AttemptEnd): void;
  /** A delayed task is queued: its time has come. */
  woken(task: Task): void;
  /** Ask the hub of `group` to end this attempt. */
  cancelOnHub(task: Task, group: Group): void;
  /** The outcome's payload is not kept any longer. */
  dropResult(task: Task): void;
  /** Only the record of a done task is kept any longer: neither its result nor its payload. */
  archived(task: Task): void;
  /** Nothing is known of the task any more, its payload is not needed, and its slot may be reused at once. */
  forgotten(task: Task): void;
}
