import { InvariantError } from '@penstock/runtime';
import type { TaskState } from '@penstock/protocol';
import type { EndCause } from './delivery/end-cause.js';
import { NO_PAST, type PastAttempt } from './delivery/past.js';
import type { TaskRules } from './delivery/rules.js';
import { Story } from './delivery/story.js';
import type { Bucket } from './queue/bucket.js';
import type { HeapElement } from './queue/indexed-heap.js';
import { TaskName } from './queue/task-name.js';
import { User } from './queue/user.js';
import type { Timeline } from './timeline.js';
import type { Group } from './workers/group.js';

/**
 * Which states may follow which. A task is `queued` in one lane, or `delayed`: held back until its time has come, or
 * `running`: leased to one group of one hub, from its dispatch on. Every other state is its end; from any but `done` it
 * can be run again.
 */
export const transitions: Readonly<Record<TaskState, readonly TaskState[]>> = {
  queued: ['running', 'cancelled', 'expired'],
  delayed: ['queued', 'cancelled', 'expired'],
  running: ['queued', 'delayed', 'done', 'failed', 'cancelled', 'expired'],
  done: [],
  failed: ['queued', 'delayed'],
  cancelled: ['queued', 'delayed'],
  expired: ['queued', 'delayed'],
};

/** Whether a task in this state has ended. */
export function isFinal(state: TaskState): boolean {
  return state !== 'queued' && state !== 'running' && state !== 'delayed';
}

/** Whether a task in this state has ended without a result: it can be run again. */
export function isDead(state: TaskState): boolean {
  return state === 'failed' || state === 'cancelled' || state === 'expired';
}

/**
 * One task as the scheduler knows it. What the client sent stays outside: the scheduler counts its bytes and never
 * sees them. All times are monotonic milliseconds.
 */
export class Task implements HeapElement {
  /** Place among the tasks of its name that came back to the queue, or among those held back; only that heap writes it. */
  heapIndex = -1;
  state: TaskState = 'queued';
  /** Why it has ended; set exactly while it has. */
  cause: EndCause | undefined = undefined;
  /** What only some tasks have. */
  story: Story | undefined = undefined;
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

  /** What changes here does so only while the task is in no queue: when it is run again. */
  constructor(
    /** Dense number of the task's place in the table; reused after the task is forgotten. */
    readonly slot: number,
    /** The epoch in which its current or last lease was given. */
    public epoch: number,
    public name: TaskName,
    public user: User,
    public priority: number,
    /** Its age: rises by one with each submission, and is kept when the task is queued again. */
    public order: number,
    /** When it was handed in, or run again after its end. */
    public submittedAt: number,
    public payloadBytes: number,
  ) {}

  /** The rules that came with it. */
  get rules(): TaskRules | undefined {
    return this.story?.rules;
  }

  /** Its attempts that are over, oldest first; of many the first and the last 16. */
  get past(): readonly PastAttempt[] {
    return this.story?.past ?? NO_PAST;
  }

  /** When its next attempt may be dispatched, while it is delayed. */
  get notBefore(): number | undefined {
    return this.state === 'delayed' ? this.story?.notBefore : undefined;
  }

  /** Its story, begun if need be. */
  ensureStory(): Story {
    return (this.story ??= new Story(this));
  }

  /** Forgets its end, and what was counted until then: it is run again. */
  beginAnew(): void {
    this.clearAttempt();
    this.cause = undefined;
    this.dispatchedAt = 0;
    this.endedAt = 0;
    this.keptSince = 0;
    this.runMs = 0;
    this.resultBytes = 0;
    const { story } = this;
    if (story === undefined) return;
    story.failures = 0;
    story.crashes = 0;
    story.hubLosses = 0;
    story.endedInHand = false;
  }

  /** Forgets what was known of the attempt that is over. */
  clearAttempt(): void {
    this.startedAt = 0;
    this.progress = 0;
    this.worker = undefined;
  }
}

/**
 * V8 gives each field that has held a fraction a box of its own in every new object, 16 bytes, even for 0. Fields that
 * have held something else than a number once get a box when they are first set: most tasks only ever wait.
 */
function unboxTimes(task: Task): void {
  const fields = task as { -readonly [Key in keyof Task]: unknown };
  fields.dispatchedAt = undefined;
  fields.startedAt = undefined;
  fields.endedAt = undefined;
  fields.keptSince = undefined;
  fields.runMs = undefined;
  fields.progress = undefined;
}
unboxTimes(new Task(0, 0, new TaskName(''), new User('', 0), 0, 0, 0, 0));

/** The one way to change a task's state. */
export function transition(task: Task, to: TaskState): void {
  if (!transitions[task.state].includes(to)) {
    // The text is made only when it is needed: this runs several times per task.
    throw new InvariantError('SCH-001', `a ${task.state} task does not become ${to}`);
  }
  task.state = to;
}
