import { ContentType, OutcomeStatus, type DispatchReader } from '@penstock/protocol/wire';
import { invariant, type Clock } from '@penstock/runtime';
import { Attempt, type AttemptHost } from './attempt.js';
import type { ClaimWord } from './claim-word.js';
import { failureReport } from './failure-report.js';
import { Inbox } from './inbox.js';
import type { Link } from './link/link.js';
import type { ToWorker } from './link/messages.js';
import { flagsOf } from './non-retryable-error.js';
import type { TaskIsolation } from './define-task.js';
import { bytesOf, decodePayload, encodeResult, type EncodedValue } from './payload.js';
import type { Registry } from './registry.js';
import { Report } from './report.js';

/** After this much work in one turn the event loop gets its turn: cancels and new tasks come in by it. */
const TURN_MS = 5;
/** A handler that runs no longer than this is short: what ended before it may wait for it. */
const SHORT_MS = 1;

const NOTHING: EncodedValue = { contentType: ContentType.json, payload: bytesOf(Buffer.from('null')) };

/** What an {@link Execution} is made of. */
export interface ExecutionOptions {
  readonly link: Link;
  readonly registry: Registry;
  readonly claims: ClaimWord;
  readonly concurrency: number;
  readonly resultBytesMax: number;
  /** What its process is kept from. */
  readonly isolation: TaskIsolation;
  readonly clock: Clock;
  readonly host: AttemptHost;
  /** An attempt's outcome is decided. */
  readonly onEnded: (attempt: Attempt) => void;
  /** Runs a handler so that {@link AttemptHost} can tell whose output is whose. */
  readonly within: <T>(attempt: Attempt, run: () => T) => T;
}

/**
 * Runs the attempts handed to a worker. Each goes through a pipe of steps: receive → claim → resolve the handler → run →
 * normalise the outcome → report. A handler that returns no promise costs none.
 */
export class Execution {
  private readonly inbox = new Inbox();
  private readonly running = new Set<Attempt>();
  private readonly report: Report;
  private sequence = 0;
  private isPumping = false;
  /** Nothing new is begun. */
  private isClosed = false;
  private isTurnScheduled = false;
  private turnEndsAt = 0;
  private stopped: (() => void) | undefined;

  constructor(private readonly options: ExecutionOptions) {
    this.report = new Report(options.link, options.host.worker, (attempt) => this.running.has(attempt));
  }

  /** The attempts whose handlers have not ended. */
  get attempts(): ReadonlySet<Attempt> {
    return this.running;
  }

  /** Receives a batch of attempts. */
  onDispatch(frames: readonly Uint8Array[]): void {
    this.inbox.push(frames);
    this.pump();
  }

  /**
   * Aborts an attempt's signal; one that does not run (any more) is none of our business.
   *
   * @param lease `timeoutMs`: what the attempt took longer than; 0 = it was cancelled
   */
  onAbort(lease: ToWorker['worker.abort']): void {
    for (const attempt of this.running) {
      if (!attempt.isOf(lease)) continue;
      if (lease.timeoutMs > 0) attempt.timeOut(lease.timeoutMs);
      else attempt.cancel();
    }
  }

  /** Calls back once nothing runs any more and all is sent. */
  onStop(stopped: () => void): void {
    this.isClosed = true;
    this.stopped = stopped;
    this.stopWhenIdle();
  }

  /** Sends what is collected: the process is about to end. */
  flush(): void {
    this.report.flush();
  }

  /** Every running attempt fails with `error`: the worker cannot go on. */
  failAll(error: unknown): void {
    this.isClosed = true;
    for (const attempt of this.running) this.fail(attempt, error);
    this.report.flush();
  }

  /** Claims and begins attempts for as long as there is room and the turn lasts. */
  private pump(): void {
    if (this.isPumping || this.isClosed) return;
    this.isPumping = true;
    const { clock, concurrency, claims } = this.options;
    let now = clock.monotonicMs();
    if (!this.isTurnScheduled) this.beginTurn(now);
    while (this.running.size < concurrency && now < this.turnEndsAt) {
      const record = this.inbox.next();
      if (record === undefined) break;
      if (claims.claim(this.sequence++)) now = this.begin(record, now);
    }
    this.isPumping = false;
  }

  private beginTurn(now: number): void {
    this.isTurnScheduled = true;
    this.turnEndsAt = now + TURN_MS;
    setImmediate(() => {
      this.report.flush();
      this.isTurnScheduled = false;
      if (!this.inbox.isEmpty) this.pump();
    });
  }

  /** Resolves the handler and runs it; returns the time when it gave control back. */
  private begin(record: DispatchReader, now: number): number {
    const { clock, registry, host } = this.options;
    const task = registry.get(record.name);
    invariant(task !== undefined, 'WRK-002', 'a hub hands over only what its worker can run');
    if (!task.isShort && this.report.isHolding) this.report.flush();
    const attempt = new Attempt(record, task, host, now);
    this.running.add(attempt);
    let value: unknown;
    try {
      const payload = decodePayload(record);
      value = this.options.within(attempt, () => task.run(payload, attempt));
    } catch (error) {
      return this.fail(attempt, error);
    }
    if (!isThenable(value)) return this.complete(attempt, value);
    this.report.started(attempt);
    void Promise.resolve(value).then(
      (result) => this.complete(attempt, result),
      (error: unknown) => this.fail(attempt, error),
    );
    return clock.monotonicMs();
  }

  private complete(attempt: Attempt, value: unknown): number {
    let result: EncodedValue;
    try {
      result = encodeResult(value, this.options.resultBytesMax);
    } catch (error) {
      return this.fail(attempt, error);
    }
    return this.end(attempt, OutcomeStatus.done, result);
  }

  private fail(attempt: Attempt, error: unknown): number {
    return attempt.wasCancelled
      ? this.end(attempt, OutcomeStatus.cancelled, NOTHING)
      : this.end(attempt, OutcomeStatus.failed, encodeFailure(error, this.options.isolation), flagsOf(error));
  }

  /** Reports the outcome and makes room for the next attempt; only the first outcome of an attempt counts. */
  private end(attempt: Attempt, status: OutcomeStatus, value: EncodedValue, flags = 0): number {
    const now = this.options.clock.monotonicMs();
    if (!this.running.delete(attempt)) return now;
    attempt.end();
    const runMs = now - attempt.startedAt;
    attempt.task.isShort = runMs <= SHORT_MS;
    this.report.ended(attempt.view, attempt.record, attempt, status, value, runMs, flags);
    this.options.onEnded(attempt);
    if (this.isClosed) this.stopWhenIdle();
    else this.pump();
    return now;
  }

  private stopWhenIdle(): void {
    if (this.stopped === undefined || this.running.size > 0) return;
    this.report.flush();
    this.stopped();
    this.stopped = undefined;
  }
}

function isThenable(value: unknown): value is PromiseLike<unknown> {
  return (
    typeof value === 'object' && value !== null && typeof (value as { then?: unknown }).then === 'function'
  );
}

function encodeFailure(error: unknown, isolation: TaskIsolation): EncodedValue {
  return {
    contentType: ContentType.json,
    payload: bytesOf(Buffer.from(JSON.stringify(failureReport(error, isolation)))),
  };
}
