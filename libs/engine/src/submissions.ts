import {
  Admission,
  ANONYMOUS,
  Durability,
  isTaskIdOf,
  userHash,
  type ErrorCode,
  type SubmitReader,
} from '@penstock/protocol';
import { isFinal, type Refusal, type Task } from '@penstock/scheduler';
import type { HeldFrame } from './byte-store.js';
import type { Partition } from './partition.js';
import type { ClientSession } from './session.js';

/** What one task of a batch came to. */
export type Verdict =
  | { readonly status: typeof Admission.accepted; readonly task: Task }
  | { readonly status: typeof Admission.known; readonly task: Task }
  | { readonly status: typeof Admission.refused; readonly refusal: Refusal };

/** What an accepted task survives: there is no journal yet. */
export const DURABILITY: Durability = Durability.memory;

/** Takes batches of submitted tasks in: the way from bytes to a queued task, for every client and for HTTP. */
export class Submissions {
  /** Set when the balancer stops: nothing new is taken. */
  isClosed = false;
  private readonly hashes = new Map<string, number>();

  constructor(
    private readonly partition: Partition,
    private readonly payloadBytesMax: number,
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
    let held: HeldFrame | undefined;
    while (batch.next()) {
      const known = this.partition.scheduler.find(batch.view, batch.record);
      if (known !== undefined) tell(this.resubmitted(known, batch, waiter));
      else {
        const outcome = this.submit(batch, waiter, now);
        if ('code' in outcome) tell({ status: Admission.refused, refusal: outcome });
        else {
          held ??= this.partition.payloads.hold(batch.payloadFrame);
          this.keep(outcome, batch, held);
          if (waiter !== undefined) this.attach(outcome, waiter);
          tell({ status: Admission.accepted, task: outcome });
          this.partition.publish(outcome);
        }
      }
    }
  }

  /** Lets a session wait for a task that was accepted before; of one that has ended it gets the result at once. */
  attach(task: Task, waiter: ClientSession): void {
    this.partition.attach(task, waiter);
    if (isFinal(task.state)) this.partition.sendResult(task, waiter);
  }

  private submit(batch: SubmitReader, waiter: ClientSession | undefined, now: number): Task | Refusal {
    if (this.isClosed) return refusal('SHUTTING_DOWN', 'the balancer is stopping and takes nothing new');
    const { payloadLength, priority } = batch;
    const name = batch.name ?? '';
    const userId = batch.userId || ANONYMOUS;
    if (payloadLength > this.payloadBytesMax) {
      return refusal(
        'TOO_LARGE',
        `a payload has at most ${this.payloadBytesMax} bytes, this one ${payloadLength}`,
      );
    }
    if (!isTaskIdOf(batch.view, batch.record, this.hashOf(userId))) {
      return refusal(
        'INVALID_TASK_ID',
        `the id is no UUIDv7 that carries the hash of user "${userId.slice(0, 128)}"`,
      );
    }
    const option = batch.criticalOption;
    if (option !== undefined)
      return refusal('UNSUPPORTED_OPTION', `the critical option ${option} is not known here`);
    const overWindow = waiter === undefined ? undefined : windowRefusal(waiter, payloadLength);
    if (overWindow !== undefined) return overWindow;
    const submission = { name, userId, priority, payloadBytes: payloadLength };
    return this.partition.scheduler.submit(batch.view, batch.record, submission, now);
  }

  private keep({ slot }: Task, batch: SubmitReader, { buffer, shift }: HeldFrame): void {
    const { payloads, options } = this.partition;
    payloads.put(slot, batch.contentType, buffer, batch.payloadOffset + shift, batch.payloadLength);
    if (batch.optionsLength > 0) {
      const block = Buffer.from(
        batch.frame.subarray(batch.optionsOffset, batch.optionsOffset + batch.optionsLength),
      );
      options.set(slot, { buffer: block, offset: 0, length: block.byteLength });
    }
  }

  /** The same id again is the same task, if it is the same task. */
  private resubmitted(task: Task, batch: SubmitReader, waiter: ClientSession | undefined): Verdict {
    const isSame =
      task.name.text === batch.name &&
      task.user.id === (batch.userId || ANONYMOUS) &&
      task.priority === batch.priority &&
      task.payloadBytes === batch.payloadLength &&
      this.hasPayload(task, batch.payload);
    if (!isSame) {
      const message = 'the id is taken by a task with another name, user, priority or payload';
      return { status: Admission.refused, refusal: refusal('ID_CONFLICT', message) };
    }
    if (waiter !== undefined) this.attach(task, waiter);
    return { status: Admission.known, task };
  }

  /** Once a task has ended its payload is gone, and its length must do. */
  private hasPayload({ slot }: Task, payload: Uint8Array): boolean {
    const { payloads } = this.partition;
    return !payloads.has(slot) || Buffer.compare(payloads.view(slot), payload) === 0;
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

function refusal(code: ErrorCode, message: string): Refusal {
  return { code, message };
}
