import { OutcomeStatus } from '@penstock/protocol';
import { Delivery, type Failure } from './delivery/delivery.js';
import { DueTimes, expiryOf } from './delivery/due-times.js';
import type { EndCause } from './delivery/end-cause.js';
import { remembered, type AttemptEnd, type AttemptError, type LeaseLoss } from './delivery/past.js';
import type { TaskRules } from './delivery/rules.js';
import type { Effects } from './effects.js';
import type { Lease } from './recovery.js';
import type { Retention } from './retention.js';
import { transition, type Task } from './task.js';
import type { Waiting } from './waiting.js';
import type { Group } from './workers/group.js';
import type { Leases } from './workers/leases.js';

/** Where a cancel found the task; a delayed one counts as queued. */
export type CancelledFrom = 'queued' | 'running' | 'finished';

/** What is not as before in a task that begins anew. */
export type Anew = Pick<Task, 'name' | 'user' | 'priority' | 'payloadBytes' | 'order' | 'submittedAt'>;

/** What a task ends as, and why. */
type End = readonly [state: 'done' | 'failed' | 'cancelled' | 'expired', cause: EndCause];

const DONE: End = ['done', 'done'];
const CANCELLED: End = ['cancelled', 'cancelled'];
const TOO_LONG_QUEUED: End = ['expired', 'queue-ttl'];
const PAST_DEADLINE: End = ['expired', 'deadline'];

/** The ways of a task from one state to the next, with all that has to change along with it. */
export class Lifecycle {
  /** Payload bytes of tasks that wait or run. */
  payloadBytes = 0;

  constructor(
    private readonly effects: Effects,
    private readonly epoch: number,
    private readonly waiting: Waiting,
    private readonly leases: Leases,
    private readonly dues: DueTimes,
    private readonly delivery: Delivery,
    private readonly retention: Retention,
  ) {}

  /** A new task begins to wait. */
  enter(task: Task, rules: TaskRules | undefined): void {
    this.payloadBytes += task.payloadBytes;
    if (rules === undefined) {
      this.waiting.queue(task);
      return;
    }
    this.begin(task, rules);
    const { delayMs = 0 } = rules;
    if (delayMs > 0) task.state = 'delayed';
    this.wait(task, task.submittedAt + delayMs);
  }

  /** A task that ended without a result begins anew. */
  again(task: Task, changed: Anew, rules: TaskRules | undefined, lastError: AttemptError | undefined): void {
    this.retention.takeBack(task);
    if (task.story === undefined ? task.attempt > 0 : task.story.endedInHand) {
      note(task, undefined, task.state === 'failed' ? 'failed' : 'cancelled', lastError, task.endedAt);
    }
    Object.assign(task, changed);
    task.beginAnew();
    this.effects.dropResult(task);
    this.payloadBytes += task.payloadBytes;
    const delayMs = rules?.delayMs ?? 0;
    transition(task, delayMs > 0 ? 'delayed' : 'queued');
    if (rules !== undefined || task.story !== undefined) this.begin(task, rules);
    this.wait(task, task.submittedAt + delayMs);
  }

  /** Works out the times of a task that comes back after a restart, in the state that it had, and lets it wait. */
  restore(task: Task, rules: TaskRules | undefined, notBefore: number): void {
    this.payloadBytes += task.payloadBytes;
    if (rules !== undefined) this.begin(task, rules);
    if (task.state === 'running') this.leases.putInLimbo(task);
    else this.wait(task, notBefore);
    if (task.story !== undefined) this.dues.update(task.story);
  }

  /** A group gets the task. */
  dispatch(task: Task, group: Group, now: number): void {
    this.waiting.remove(task);
    transition(task, 'running');
    task.attempt += 1;
    task.epoch = this.epoch;
    task.dispatchedAt = now;
    this.leases.give(task, group);
    if (task.story !== undefined) this.dues.update(task.story);
    this.effects.dispatch(task, group);
  }

  /** A group has come with a lease that a life of the balancer before this one gave, and had no time to remember. */
  adopt(task: Task, group: Group, { epoch, attempt }: Lease, now: number): void {
    this.waiting.remove(task);
    transition(task, 'running');
    task.attempt = attempt;
    task.epoch = epoch;
    task.dispatchedAt = now;
    this.leases.adopt(task, group);
    if (task.story !== undefined) this.dues.update(task.story);
  }

  /** An attempt has ended with an outcome. */
  onOutcome(task: Task, status: OutcomeStatus, failure: Failure, now: number): void {
    if (status === OutcomeStatus.cancelled && !task.cancelling) {
      // A life of the balancer before this one wanted it to end, and had no time to remember it.
      task.resultBytes = 0;
      this.onLoss(task, 'interrupted', undefined, now);
      return;
    }
    const group = this.leases.end(task);
    if (task.story !== undefined) task.story.endedInHand = true;
    if (status === OutcomeStatus.done) this.end(task, DONE, now);
    else if (status !== OutcomeStatus.failed) this.end(task, endOfCancel(task), now);
    else {
      const verdict = this.delivery.judgeFailure(task, failure);
      if (typeof verdict === 'string') this.end(task, ['failed', verdict], now);
      else this.retry(task, group, verdict, failure, now);
    }
  }

  /** An attempt has ended without an outcome: its task is queued again with its first age, unless that is its end. */
  onLoss(task: Task, loss: LeaseLoss, error: AttemptError | undefined, now: number): void {
    const group = this.leases.end(task);
    const { attempt } = task;
    note(task, group, loss, error, now);
    if (task.cancelling) {
      this.end(task, endOfCancel(task), now);
      return;
    }
    // What became of a lease that nobody claimed is not known: it counts as one that had begun.
    const hasBegun = task.startedAt !== 0 || group === this.leases.limbo;
    const cause = this.delivery.judgeLoss(task, loss, hasBegun);
    if (cause !== undefined) {
      this.end(task, ['failed', cause], now);
      return;
    }
    // Queued again it would be dispatched before a sweep finds it, and so for ever.
    if (this.dues.isOver(task, now)) {
      this.end(task, ['expired', 'queue-ttl'], now);
      return;
    }
    // It did not happen: its number is given again.
    if (loss === 'returned') task.attempt = attempt - 1;
    task.clearAttempt();
    transition(task, 'queued');
    this.waiting.queue(task);
    this.effects.requeued(task, loss);
  }

  /** Somebody wants a task to end: at once when it waits, by its hub when it runs; of an ended one the result is dropped. */
  cancel(task: Task, now: number): CancelledFrom {
    if (task.state === 'queued' || task.state === 'delayed') {
      this.endWaiting(task, CANCELLED, now);
      return 'queued';
    }
    if (task.state === 'running') {
      this.askToEnd(task);
      return 'running';
    }
    this.effects.dropResult(task);
    this.retention.dropResult(task, now);
    return 'finished';
  }

  /** A task's deadline or its own time in the queue is over. */
  onDue(task: Task, now: number): void {
    const { story } = task;
    if (story === undefined) return;
    if (task.state === 'running') {
      story.isExpiring = true;
      this.askToEnd(task);
    } else this.endWaiting(task, ['expired', expiryOf(story)], now);
  }

  /** A queued task has waited for as long as any may. */
  onQueueTtl(task: Task, now: number): void {
    this.endWaiting(task, TOO_LONG_QUEUED, now);
  }

  /** The first delayed task is queued if its time has come; false = it has not. */
  wake(now: number): boolean {
    const task = this.waiting.wake(now);
    if (task !== undefined) this.effects.woken(task);
    return task !== undefined;
  }

  private begin(task: Task, rules: TaskRules | undefined): void {
    const story = task.ensureStory();
    story.rules = rules;
    this.dues.begin(story);
  }

  /** Lets a task wait, in the state that it is in. */
  private wait(task: Task, notBefore: number): void {
    if (task.state === 'delayed') this.waiting.hold(task, notBefore);
    else this.waiting.queue(task);
  }

  private retry(task: Task, group: Group, delayMs: number, failure: Failure, now: number): void {
    const how: AttemptEnd = failure.timedOut ? 'timed-out' : 'failed';
    note(task, group, how, failure.error?.(), now);
    task.clearAttempt();
    task.resultBytes = 0;
    this.effects.dropResult(task);
    transition(task, delayMs > 0 ? 'delayed' : 'queued');
    this.wait(task, now + delayMs);
    this.effects.requeued(task, how);
  }

  private askToEnd(task: Task): void {
    const { group } = task;
    if (task.cancelling || group === undefined) return;
    task.cancelling = true;
    if (task.story !== undefined) this.dues.update(task.story);
    this.effects.cancelOnHub(task, group);
  }

  private endWaiting(task: Task, end: End, now: number): void {
    this.waiting.remove(task);
    this.end(task, end, now);
  }

  private end(task: Task, [state, cause]: End, now: number): void {
    transition(task, state);
    task.cause = cause;
    task.endedAt = now;
    task.keptSince = now;
    task.cancelling = false;
    this.payloadBytes -= task.payloadBytes;
    if (task.story !== undefined) this.dues.update(task.story);
    this.effects.ended(task);
    this.retention.keep(task);
  }
}

/** What a task ends as when its cancel is done. */
function endOfCancel({ story }: Task): End {
  return story?.isExpiring === true ? PAST_DEADLINE : CANCELLED;
}

/** Notes how the last attempt came to nothing. */
function note(
  task: Task,
  group: Group | undefined,
  how: AttemptEnd,
  error: AttemptError | undefined,
  endedAt: number,
): void {
  const { attempt, epoch, dispatchedAt, startedAt, worker } = task;
  const story = task.ensureStory();
  story.endedInHand = false;
  const hub = group?.hub.name === '' ? undefined : group?.hub.name;
  const known = { attempt, epoch, dispatchedAt, startedAt, endedAt, worker, hub, how };
  story.past = remembered(story.past, error === undefined ? known : { ...known, error });
}
