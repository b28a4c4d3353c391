import { PenstockError, readRules, type ClientWelcome } from '@penstock/protocol';
import type { OpenTask } from './open-task.js';
import type { Outbox } from './outbox.js';
import { cancelled, failure } from './outcome.js';
import type { Acceptance, TaskOutcome } from './task-handle.js';
import type { IdPlace, TaskTable } from './task-table.js';

/** Tasks that one hello may list. */
const LISTED_MAX = 8_192;
/** A balancer that lives acknowledges sooner; after that a submission is taken for lost, and sent again. */
export const ACKNOWLEDGED_WITHIN_MS = 10_000;
const SUBMISSIONS_MAX = 3;
/** A task has one earlier task of the same key; it may be forgotten and handed in anew by others meanwhile. */
const REDIRECTIONS_MAX = 8;

/** Refusals that are no one's fault but a matter of when. */
const alwaysRetried: ReadonlySet<string> = new Set(['WINDOW_EXCEEDED', 'SHUTTING_DOWN']);

/** Keeps the open tasks, and moves each from phase to phase as the balancer and the connection have it. */
export class Ledger {
  /** Accepted tasks that did not fit into the latest hello. */
  private unlisted: OpenTask[] = [];
  /** What a task is promised that asks for nothing else. */
  private durability: Acceptance['durability'] = 'memory';

  constructor(
    private readonly table: TaskTable,
    private readonly outbox: Outbox,
  ) {}

  /** Tasks that have not ended. */
  get size(): number {
    return this.outbox.tasks;
  }

  /** Takes a new task. */
  add(task: OpenTask, isForeign: boolean): void {
    this.table.add(task, isForeign);
    this.outbox.push(task);
  }

  /** The next task to hand in; it counts as sent. */
  next(now: number): OpenTask | undefined {
    const { payloadBytesMax } = this.outbox;
    for (let task = this.outbox.next(now); task !== undefined; task = this.outbox.next(now)) {
      task.phase = 'sent';
      if (task.payload.length > payloadBytesMax) this.end(task, tooLarge(task, payloadBytesMax));
      else {
        task.wasSent = true;
        task.submissions += 1;
        task.sentAt = Math.trunc(now);
        return task;
      }
    }
    return undefined;
  }

  onAccepted(task: OpenTask, acceptance: Acceptance): void {
    if (task.phase !== 'sent') return;
    task.lane.rests = 0;
    task.submissions = 0;
    task.onAccepted(acceptance);
  }

  /**
   * @param adviceMs when it may be handed in again, as the balancer says; 0 = it does not say
   * @returns whether the task is to be handed in again later: see {@link handInAgain}
   */
  onRefused(task: OpenTask, error: PenstockError, now: number, adviceMs: number): boolean {
    if (task.phase !== 'sent') return false;
    const isRetried =
      alwaysRetried.has(error.code) ||
      (error.retryable && (task.acceptance !== undefined || now + adviceMs < task.retriesUntil));
    if (isRetried) {
      task.wasSent = false;
      task.submissions = 0;
      this.outbox.rest(task.lane, now, adviceMs);
    } else this.end(task, error);
    return isRetried;
  }

  /**
   * The balancer says that an earlier task has this one's key, and did not take it: this one becomes that one.
   *
   * @returns whether it is to be handed in again, under the earlier task's id: see {@link handInAgain}
   */
  onSameKey(task: OpenTask, taskId: string, acceptance: Acceptance): boolean {
    if (task.phase !== 'sent') return false;
    const original = this.table.findText(taskId);
    task.redirections += 1;
    if (original === task || task.redirections > REDIRECTIONS_MAX) {
      this.end(task, misdirected(task, taskId));
      return false;
    }
    if (original === undefined) return this.rename(task, taskId);
    this.table.remove(task);
    task.follow(original);
    this.onAccepted(task, acceptance);
    return false;
  }

  /** @returns whether the task has another id now; one that cannot be an id of its user ends it */
  private rename(task: OpenTask, taskId: string): boolean {
    let place: IdPlace;
    try {
      place = this.table.place(taskId, task.lane.hash);
    } catch (cause) {
      this.end(task, misdirected(task, taskId, cause));
      return false;
    }
    this.table.remove(task);
    task.becomes(place);
    this.table.add(task, true);
    task.submissions = 0;
    return true;
  }

  /**
   * The balancer tells how a task ended. Its acknowledgement may have been lost on the way, or still be: that a task has
   * ended says as well that it was accepted, at the level that it asked for.
   */
  onResult(task: OpenTask, outcome: TaskOutcome): void {
    if (task.phase === 'ended') return;
    if (task.acceptance === undefined) task.tellAcceptance(this.impliedAcceptance(task));
    this.onEnded(task, outcome);
  }

  private impliedAcceptance({ options }: OpenTask): Acceptance {
    const { durability = this.durability } = readRules(options.buffer, options.offset, options.length);
    return { durability, known: true };
  }

  onEnded(task: OpenTask, outcome: TaskOutcome): void {
    if (task.phase === 'ended') return;
    const { followedBy } = task;
    this.table.remove(task);
    this.outbox.remove(task);
    task.onEnded(outcome);
    for (const follower of followedBy) this.onEnded(follower, outcome);
  }

  /** Ends a task without the balancer's word. */
  end(task: OpenTask, error: PenstockError): void {
    this.onEnded(task, failure(error));
  }

  endAll(error: PenstockError): void {
    for (const task of this.table) this.end(task, error);
  }

  /** Tasks that were sent wait again, before the others of their users. */
  handInAgain(tasks: readonly OpenTask[]): void {
    this.outbox.putBack(tasks);
    for (const task of tasks) task.phase = 'pending';
  }

  /** The connection is lost: nobody knows what became of submissions that are not acknowledged. */
  onLost(): void {
    const unacknowledged: OpenTask[] = [];
    for (const task of this.table) {
      if (task.phase !== 'sent') continue;
      task.submissions = 0;
      unacknowledged.push(task);
    }
    this.handInAgain(unacknowledged);
  }

  /** Ids of the accepted tasks, for a hello. Those beyond what one may list are handed in again after it. */
  listWaiting(): string[] {
    const waiting: string[] = [];
    this.unlisted = [];
    for (const task of this.table) {
      if (task.phase !== 'accepted') continue;
      if (waiting.length < LISTED_MAX) waiting.push(task.id);
      else this.unlisted.push(task);
    }
    return waiting;
  }

  /** A session is open. What its balancer does not know (it has lost its memory) is handed in again. */
  onWelcome({ limits, unknown, durability }: ClientWelcome): void {
    this.durability = durability;
    const missing = this.unlisted.filter(({ phase }) => phase === 'accepted');
    this.unlisted = [];
    for (const taskId of unknown) {
      const task = this.table.findText(taskId);
      if (task?.phase !== 'accepted') continue;
      if (task.isCancelled) this.end(task, cancelled(task));
      else missing.push(task);
    }
    this.outbox.onWelcome(limits);
    this.handInAgain(missing);
  }

  /** Accepted tasks whose progress somebody follows. */
  *watched(): Generator<OpenTask> {
    for (const task of this.table) if (task.phase === 'accepted' && task.isWatched) yield task;
  }

  /**
   * Hands in again what a living balancer has not acknowledged in time, and gives up what it never does.
   *
   * @returns when to look again; `Infinity` = nothing waits for an acknowledgement
   */
  resendOverdue(now: number): number {
    const overdue: OpenTask[] = [];
    let next = Infinity;
    for (const task of this.table) {
      if (task.phase !== 'sent') continue;
      const dueAt = task.sentAt + ACKNOWLEDGED_WITHIN_MS;
      if (dueAt > now) next = Math.min(next, dueAt);
      else if (task.submissions < SUBMISSIONS_MAX) overdue.push(task);
      else this.end(task, neverAcknowledged(task));
    }
    this.handInAgain(overdue);
    return overdue.length === 0 ? next : now + ACKNOWLEDGED_WITHIN_MS;
  }
}

function tooLarge({ name, id, payload }: OpenTask, limit: number): PenstockError {
  return new PenstockError(
    'TOO_LARGE',
    `the payload of task ${name} (${id}) has ${payload.length} bytes, the balancer takes at most ${limit}: ` +
      'pass a file name or an address instead, or raise LB_PAYLOAD_MAX',
    { details: { taskId: id, bytes: payload.length, limit } },
  );
}

function misdirected({ name, id }: OpenTask, taskId: string, cause?: unknown): PenstockError {
  return new PenstockError(
    'INTERNAL',
    `the balancer says that task ${name} (${id}) is ${JSON.stringify(taskId.slice(0, 64))}, which cannot be`,
    { cause, details: { taskId: id } },
  );
}

function neverAcknowledged({ name, id }: OpenTask): PenstockError {
  return new PenstockError(
    'DEADLINE_EXCEEDED',
    `the balancer did not acknowledge task ${name} (${id}), which was handed in ${SUBMISSIONS_MAX} times`,
    { details: { taskId: id } },
  );
}
