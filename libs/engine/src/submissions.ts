import {
  Admission,
  ANONYMOUS,
  errorCodes,
  isTaskIdOf,
  PenstockError,
  readRules,
  userHash,
  type ErrorCode,
  type SubmitReader,
  type TaskRules,
} from '@penstock/protocol';
import { isFinal, type Refusal, type Task } from '@penstock/scheduler';
import type { HeldFrame } from './byte-store.js';
import type { Partition } from './partition.js';
import { grantRefusal, limitedBy } from './principal.js';
import { schedulingRules } from './scheduling-rules.js';
import type { ClientSession } from './session.js';

/** What one task of a batch came to. */
export type Verdict =
  | { readonly status: typeof Admission.accepted; readonly task: Task }
  /** `isByKey`: the task has another id and the same idempotency key. */
  | { readonly status: typeof Admission.known; readonly task: Task; readonly isByKey: boolean }
  | { readonly status: typeof Admission.refused; readonly refusal: Refusal };

/** When to come again with what was refused for a bound, in milliseconds. */
const RETRY_AFTER_MS = 1_000;

const NO_RULES: TaskRules = {};

/** Takes batches of submitted tasks in: the way from bytes to a queued task, for every client and for HTTP. */
export class Submissions {
  /** Set when the balancer stops: nothing new is taken. */
  isClosed = false;
  private readonly hashes = new Map<string, number>();

  /**
   * @param durability what a task's acknowledgement promises that does not say what it wants
   */
  constructor(
    private readonly partition: Partition,
    private readonly payloadBytesMax: number,
    private readonly durability: 'memory' | 'disk',
  ) {}

  /**
   * Admits every task of an opened batch, in order.
   *
   * @param waiter the session that gets the results; none for HTTP, whose callers ask
   */
  admit(
    batch: SubmitReader,
    waiter: ClientSession | undefined,
    now: number,
    tell: (verdict: Verdict) => void,
  ): void {
    const { partition } = this;
    let held: HeldFrame | undefined;
    const limited = limitedBy(waiter?.principal);
    for (let index = 0; batch.next(); index++) {
      const forbidden = limited && grantRefusal(limited, batch.name, batch.userId);
      if (forbidden !== undefined) {
        tell(refused(forbidden));
        continue;
      }
      const known = this.find(batch);
      if (known !== undefined) {
        tell(this.resubmitted(known, batch, waiter));
        continue;
      }
      const rules = rulesOf(batch);
      const verdict = 'code' in rules ? refused(rules) : this.submit(batch, rules, waiter, now);
      if (verdict.status === Admission.accepted) {
        held ??= partition.payloads.hold(batch.payloadFrame);
        this.keep(verdict.task, batch, held, rules as TaskRules);
        if (this.isForDisk(rules as TaskRules)) partition.journal?.taken(index, verdict.task);
        if (waiter !== undefined) this.attach(verdict.task, waiter);
      }
      tell(verdict);
      if (verdict.status === Admission.accepted) partition.publish(verdict.task);
    }
    partition.journal?.batchRead(batch);
  }

  /** Lets a session wait for a task that was accepted before; of one that has ended it gets the result at once. */
  attach(task: Task, waiter: ClientSession): void {
    this.partition.attach(task, waiter);
    if (isFinal(task.state)) this.partition.sendResult(task, waiter);
  }

  /** The task of an id, if it is known. That there was one, of which only the record is left, is no reason not to run it. */
  private find(batch: SubmitReader): Task | undefined {
    const { scheduler } = this.partition;
    const task = scheduler.find(batch.view, batch.record);
    if (task === undefined || !scheduler.retention.isRecord(task)) return task;
    scheduler.retention.dropRecord(task);
    return undefined;
  }

  private submit(
    batch: SubmitReader,
    rules: TaskRules,
    waiter: ClientSession | undefined,
    now: number,
  ): Verdict {
    const { partition } = this;
    const { priority, payloadLength: payloadBytes } = batch;
    const name = batch.name ?? '';
    const userId = batch.userId || ANONYMOUS;
    const refusal = this.refuse(batch, userId, rules, waiter);
    if (refusal !== undefined) return refused(refusal);
    const { idempotencyKey } = rules;
    if (idempotencyKey !== undefined) {
      const holder = partition.keys.find(userId, name, idempotencyKey);
      if (holder !== undefined) return this.sameKey(holder, batch);
    }
    const submission = { name, userId, priority, payloadBytes };
    const outcome = partition.scheduler.submit(
      batch.view,
      batch.record,
      rules === NO_RULES
        ? submission
        : { ...submission, rules: schedulingRules(rules, partition.wall.wallMs()) },
      now,
    );
    return 'code' in outcome ? refused(outcome) : { status: Admission.accepted, task: outcome };
  }

  /** Why a task is not taken, whatever else there is. */
  private refuse(
    { payloadLength, view, record }: SubmitReader,
    userId: string,
    rules: TaskRules,
    waiter: ClientSession | undefined,
  ): Refusal | undefined {
    if (this.isClosed) return refusal('SHUTTING_DOWN', 'the balancer is stopping and takes nothing new');
    if (payloadLength > this.payloadBytesMax) {
      return refusal(
        'TOO_LARGE',
        `a payload has at most ${this.payloadBytesMax} bytes, this one ${payloadLength}`,
      );
    }
    if (!isTaskIdOf(view, record, this.hashOf(userId))) {
      return refusal(
        'INVALID_TASK_ID',
        `the id is no UUIDv7 that carries the hash of user "${userId.slice(0, 128)}"`,
      );
    }
    if (rules.durability === 'disk' && this.partition.journal === undefined) {
      return refusal('UNSUPPORTED_OPTION', 'this balancer keeps nothing on disk: PENSTOCK_DATA is none');
    }
    if (this.isForDisk(rules) && this.partition.journal?.hasRoom === false) {
      return refusal(
        'JOURNAL_FULL',
        'the disk of the balancer is full: make room there, or ask for durability memory',
      );
    }
    return waiter === undefined ? undefined : windowRefusal(waiter, payloadLength);
  }

  private isForDisk({ durability = this.durability }: TaskRules): boolean {
    return durability === 'disk';
  }

  private keep(
    task: Task,
    batch: SubmitReader,
    { buffer, shift }: HeldFrame,
    { idempotencyKey }: TaskRules,
  ): void {
    const { payloads, options, keys } = this.partition;
    const { slot } = task;
    payloads.put(slot, batch.contentType, buffer, batch.payloadOffset + shift, batch.payloadLength);
    if (batch.optionsLength > 0) {
      const block = Buffer.from(
        batch.frame.subarray(batch.optionsOffset, batch.optionsOffset + batch.optionsLength),
      );
      options.set(slot, { buffer: block, offset: 0, length: block.byteLength });
    }
    if (idempotencyKey !== undefined) keys.add(task, idempotencyKey);
  }

  /** The same id again is the same task, if it is the same task. */
  private resubmitted(task: Task, batch: SubmitReader, waiter: ClientSession | undefined): Verdict {
    const isSame =
      task.name.text === batch.name &&
      task.user.id === (batch.userId || ANONYMOUS) &&
      this.hasContent(task, batch);
    if (!isSame) {
      const message = 'the id is taken by a task with another name, user, priority or payload';
      return refused(refusal('ID_CONFLICT', message));
    }
    if (waiter !== undefined) this.attach(task, waiter);
    return { status: Admission.known, task, isByKey: false };
  }

  /** The same key again stands for the task that has it, if it is the same task but for its id. */
  private sameKey(holder: Task, batch: SubmitReader): Verdict {
    if (this.hasContent(holder, batch)) return { status: Admission.known, task: holder, isByKey: true };
    const message = `the idempotency key was used for task ${this.partition.idOf(holder)}, which has another priority or payload`;
    return refused(refusal('KEY_CONFLICT', message));
  }

  /** Once a task is done its payload is gone, and its length must do. */
  private hasContent({ slot, priority, payloadBytes }: Task, batch: SubmitReader): boolean {
    const { payloads } = this.partition;
    if (priority !== batch.priority || payloadBytes !== batch.payloadLength) return false;
    return !payloads.has(slot) || Buffer.compare(payloads.view(slot), batch.payload) === 0;
  }

  private hashOf(userId: string): number {
    let hash = this.hashes.get(userId);
    if (hash === undefined) {
      hash = userHash(userId);
      if (this.hashes.size >= 10_000) this.hashes.clear();
      this.hashes.set(userId, hash);
    }
    return hash;
  }
}

/** The rules of the task in hand, or why they are none. */
function rulesOf(batch: SubmitReader): TaskRules | Refusal {
  if (batch.optionsLength === 0) return NO_RULES;
  try {
    return readRules(batch.frame, batch.optionsOffset, batch.optionsLength);
  } catch (error) {
    if (!(error instanceof PenstockError)) throw error;
    return refusal(error.code, error.message);
  }
}

function windowRefusal(session: ClientSession, payloadBytes: number): Refusal | undefined {
  const { windowTasks, windowBytes } = session;
  if (session.openTasks >= windowTasks) {
    return refusal(
      'WINDOW_EXCEEDED',
      `a client has at most ${windowTasks} tasks open: collect results first`,
    );
  }
  // One task always fits, however large: otherwise a window smaller than the largest payload would block for good.
  if (session.openTasks > 0 && session.openBytes + payloadBytes > windowBytes) {
    return refusal(
      'WINDOW_EXCEEDED',
      `a client has at most ${windowBytes} payload bytes open: collect results first`,
    );
  }
  return undefined;
}

/** When to come again with what was refused, in milliseconds; `undefined` = never, as it is. */
export function retryAfterMs({ code }: Refusal): number | undefined {
  return errorCodes[code].retryable ? RETRY_AFTER_MS : undefined;
}

function refused(why: Refusal): Verdict {
  return { status: Admission.refused, refusal: why };
}

function refusal(code: ErrorCode, message: string): Refusal {
  return { code, message };
}
