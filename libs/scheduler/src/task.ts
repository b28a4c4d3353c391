import { InvariantError } from '@penstock/runtime';
import type { TaskState } from '@penstock/protocol';
import type { Bucket } from './queue/bucket.js';
import type { HeapElement } from './queue/indexed-heap.js';
import type { TaskName } from './queue/task-name.js';
import type { User } from './queue/user.js';
import type { Timeline } from './timeline.js';
import type { Group } from './workers/group.js';

/**
 * Which states may follow which. A task is `queued` in one lane, or `running`: leased to one group of one hub, from
 * its dispatch on; every other state is final.
 */
export const transitions: Readonly<Record<TaskState, readonly TaskState[]>> = {
  queued: ['running', 'cancelled', 'expired'],
  delayed: [],
  running: ['queued', 'done', 'failed', 'cancelled'],
  done: [],
  failed: [],
  cancelled: [],
  expired: [],
};

/** Whether a task in this state has ended. */
export function isFinal(state: TaskState): boolean {
  return state !== 'queued' && state !== 'running';
}

/**
 * One task as the scheduler knows it. What the client sent stays outside: the scheduler counts its bytes and never
 * sees them. All times are monotonic milliseconds.
 */
export class Task implements HeapElement {
  /** Place among the tasks of its name that came back to the queue; only that heap writes it. */
  heapIndex = -1;
  state: TaskState = 'queued';
  /** Number of the current or last lease, from 1; 0 = never dispatched. */
  attempt = 0;
  /** When it was last dispatched. */
  dispatchedAt = 0;
  /** When a worker last said that it began; 0 = none did since the last dispatch. */
  startedAt = 0;
  endedAt = 0;
  /** From when on the time counts for which it is kept; set once it has ended. */
  keptSince = 0;
  /** How long the handler ran, as its hub measured it. */
  runMs = 0;
  /** 0 to 100, as the handler last told. */
  progress = 0;
  /** The worker that runs or ran it. */
  worker: string | undefined = undefined;
  /** A cancel was asked for while it ran; it ends as soon as its lease does. */
  cancelling = false;
  /** Bytes of the outcome's payload while it is kept. */
  resultBytes = 0;

  /** The group that holds the lease; set exactly while the task is running. */
  group: Group | undefined = undefined;
  /** Where it waits, and the links in it; set exactly while the task is queued. */
  bucket: Bucket | undefined = undefined;
  previous: Task | undefined = undefined;
  next: Task | undefined = undefined;
  /** The timeline that it is in, and the links in it. */
  timeline: Timeline | undefined = undefined;
  earlier: Task | undefined = undefined;
  later: Task | undefined = undefined;

  constructor(
    /** Dense number of the task's place in the table; reused after the task is forgotten. */
    readonly slot: number,
    /** The epoch in which its leases are given. */
    readonly epoch: number,
    readonly name: TaskName,
    readonly user: User,
    readonly priority: number,
    /** Its age: rises by one with each submission, and is kept when the task is queued again. */
    readonly order: number,
    readonly submittedAt: number,
    readonly payloadBytes: number,
  ) {}
}

/** The one way to change a task's state. */
export function transition(task: Task, to: TaskState): void {
  if (!transitions[task.state].includes(to)) {
    // The text is made only when it is needed: this runs several times per task.
    throw new InvariantError('SCH-001', `a ${task.state} task does not become ${to}`);
  }
  task.state = to;
}
