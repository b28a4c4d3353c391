import {
  ContentType,
  OutcomeStatus,
  type Bytes,
  type CancelReply,
  type TaskId,
  type TaskRules,
  type TaskStatus,
} from '@penstock/protocol';
import type { TaskContext } from '@penstock/worker';
import { encodeResult, failureReport } from '@penstock/worker/host';
import { format } from 'node:util';

/** What a client has handed in. */
export interface Submission {
  readonly taskId: TaskId;
  readonly name: string;
  readonly userId: string;
  readonly priority: number;
  readonly contentType: number;
  readonly payload: Uint8Array;
  /** The rules of delivery that came with it; none of them is applied. */
  readonly rules: TaskRules;
}

/** A task as `defineTask` makes it, whatever its payload. */
export interface RunnableTask {
  readonly name: string;
  readonly arguments?: Readonly<Record<string, unknown>>;
  run(payload: never, context: TaskContext): unknown;
}

/** How a task has ended, as it travels. */
export interface Outcome {
  readonly status: OutcomeStatus;
  readonly contentType: ContentType;
  readonly payload: Bytes;
  readonly runMs: number;
}

const RESULT_BYTES_MAX = 16 * 1024 * 1024;
const NOTHING: Pick<Outcome, 'contentType' | 'payload'> = encodeResult(null, RESULT_BYTES_MAX);

/** The worker that runs everything. */
export const WORKER = 'memory';

/** A task of a {@link MemoryBalancer}, and the one attempt at it. */
export class MemoryTask {
  outcome: Outcome | undefined;
  /** Whether its client follows its progress. */
  isWatched = false;
  private readonly submittedAt = Date.now();
  private startedAt: number | undefined;
  private finishedAt: number | undefined;
  private percent = 0;
  private readonly cancelled = new AbortController();

  constructor(
    readonly submission: Submission,
    private readonly onProgress: (task: MemoryTask, percent: number) => void,
    private readonly onEnded: (task: MemoryTask) => void,
  ) {}

  /** Ends it before it has run: what it would have been run by cannot be told. */
  fail(error: unknown): void {
    this.startedAt = Date.now();
    const report = encodeResult(failureReport(error), RESULT_BYTES_MAX);
    this.end({ status: OutcomeStatus.failed, ...report, runMs: 0 });
  }

  /** Runs the handler. */
  async run(definition: RunnableTask): Promise<void> {
    if (this.outcome !== undefined) return;
    this.startedAt = Date.now();
    const startedAt = performance.now();
    const end = (status: OutcomeStatus, value: Pick<Outcome, 'contentType' | 'payload'>): void =>
      this.end({ status, ...value, runMs: performance.now() - startedAt });
    try {
      const value = await definition.run(this.payload() as never, this.context(definition));
      end(OutcomeStatus.done, encodeResult(value, RESULT_BYTES_MAX));
    } catch (error) {
      if (this.cancelled.signal.aborted) end(OutcomeStatus.cancelled, NOTHING);
      else end(OutcomeStatus.failed, encodeResult(failureReport(error), RESULT_BYTES_MAX));
    }
  }

  /** Cancels it: at once before it runs, by its signal while it does. */
  cancel(): CancelReply {
    const { taskId } = this.submission;
    if (this.outcome !== undefined) return { taskId, from: 'finished' };
    this.cancelled.abort(new DOMException('the task was cancelled', 'AbortError'));
    if (this.startedAt !== undefined) return { taskId, from: 'running' };
    this.end({ status: OutcomeStatus.cancelled, ...NOTHING, runMs: 0 });
    return { taskId, from: 'queued' };
  }

  status(): TaskStatus {
    const { taskId, name, userId, priority, payload } = this.submission;
    return {
      taskId,
      name,
      userId,
      priority,
      state: this.state(),
      progress: this.percent,
      attempt: this.startedAt === undefined ? 0 : 1,
      payloadBytes: payload.byteLength,
      submittedAt: this.submittedAt,
      ...(this.startedAt === undefined
        ? { waitingFor: `no task ${name} is among those of the test` }
        : { startedAt: this.startedAt, worker: WORKER }),
      ...(this.finishedAt === undefined ? {} : { finishedAt: this.finishedAt }),
    };
  }

  private state(): TaskStatus['state'] {
    switch (this.outcome?.status) {
      case undefined:
        return this.startedAt === undefined ? 'queued' : 'running';
      case OutcomeStatus.done:
        return 'done';
      case OutcomeStatus.failed:
        return 'failed';
      default:
        return 'cancelled';
    }
  }

  private end(outcome: Outcome): void {
    this.outcome = outcome;
    this.finishedAt = Date.now();
    this.onEnded(this);
  }

  private payload(): unknown {
    const { contentType, payload } = this.submission;
    if (contentType === ContentType.bytes) return payload;
    return JSON.parse(Buffer.from(payload).toString()) as unknown;
  }

  private context(definition: RunnableTask): TaskContext {
    const { taskId, name, userId, priority, rules } = this.submission;
    return {
      taskId,
      name,
      userId,
      priority,
      attempt: 1,
      worker: WORKER,
      arguments: definition.arguments ?? {},
      timeoutMs: rules.timeoutMs,
      idempotencyKey: rules.idempotencyKey ?? taskId,
      signal: this.cancelled.signal,
      progress: (percent) => {
        this.percent = percent;
        this.onProgress(this, percent);
      },
      log: (...values) => void process.stdout.write(`${format(...values)}\n`),
    };
  }
}
