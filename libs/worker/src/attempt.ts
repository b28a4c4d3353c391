import {
  readRules,
  readTaskId,
  timeoutMessage,
  type DispatchReader,
  type HubLease,
  type LeaseNumbers,
  type TaskId,
  type TaskRules,
} from '@penstock/protocol/wire';
import type { RegisteredTask } from './registry.js';
import type { TaskContext } from './task-context.js';

/** What an attempt needs of the worker around it. */
export interface AttemptHost {
  readonly worker: string;
  onProgress(attempt: Attempt, percent: number): void;
  onLog(attempt: Attempt, values: readonly unknown[]): void;
}

const NO_RULES: TaskRules = {};

/** One attempt at a task while it runs in this worker: the handler's context, and what its outcome will need. */
export class Attempt implements TaskContext, LeaseNumbers {
  readonly epoch: number;
  readonly attempt: number;
  readonly slot: number;
  readonly name: string;
  readonly userId: string;
  readonly priority: number;
  /** Where the record with the task's id lies. */
  readonly view: DataView;
  readonly record: number;
  private readonly frame: Uint8Array;
  private readonly optionsOffset: number;
  private readonly optionsLength: number;
  private controller: AbortController | undefined;
  /** Why the signal is aborted; made when it is. */
  private abortion: (() => DOMException) | undefined;
  private isCancelled = false;
  private isEnded = false;

  constructor(
    record: DispatchReader,
    readonly task: RegisteredTask,
    private readonly host: AttemptHost,
    /** Monotonic milliseconds. */
    readonly startedAt: number,
  ) {
    this.epoch = record.epoch;
    this.attempt = record.attempt;
    this.slot = record.slot;
    this.name = task.name;
    this.userId = record.userId;
    this.priority = record.priority;
    this.view = record.view;
    this.record = record.record;
    this.frame = record.frame;
    this.optionsOffset = record.optionsOffset;
    this.optionsLength = record.optionsLength;
  }

  get taskId(): TaskId {
    return readTaskId(this.frame, this.record);
  }

  get worker(): string {
    return this.host.worker;
  }

  get arguments(): Readonly<Record<string, unknown>> {
    return this.task.arguments;
  }

  // Most handlers never ask for it, so it is made when the first one does.
  get signal(): AbortSignal {
    this.controller ??= new AbortController();
    if (this.abortion !== undefined && !this.controller.signal.aborted)
      this.controller.abort(this.abortion());
    return this.controller.signal;
  }

  get timeoutMs(): number | undefined {
    return this.rules.timeoutMs;
  }

  get idempotencyKey(): string {
    return this.rules.idempotencyKey ?? this.taskId;
  }

  // Getters, so that a handler may take `{ progress, log }` out of its context.
  get progress(): (percent: number) => void {
    return (percent) => {
      if (!this.isEnded) this.host.onProgress(this, clamp(percent));
    };
  }

  get log(): (...values: unknown[]) => void {
    return (...values) => this.host.onLog(this, values);
  }

  get lease(): HubLease {
    return { taskId: this.taskId, epoch: this.epoch, attempt: this.attempt };
  }

  get wasCancelled(): boolean {
    return this.isCancelled;
  }

  /** The task was cancelled: aborts the handler's signal, if it is not aborted yet. */
  cancel(): void {
    this.isCancelled = true;
    this.abort(cancelled);
  }

  /** The handler takes longer than `timeoutMs`: aborts its signal. That it has failed is for the hub to say. */
  timeOut(timeoutMs: number): void {
    this.abort(() => new DOMException(timeoutMessage(timeoutMs), 'TimeoutError'));
  }

  /** The outcome is decided: what the handler may still say of its progress is no longer passed on. */
  end(): void {
    this.isEnded = true;
  }

  /** The task's rules, read when somebody asks. */
  private get rules(): TaskRules {
    const { frame, optionsOffset, optionsLength } = this;
    return optionsLength === 0 ? NO_RULES : readRules(frame, optionsOffset, optionsLength);
  }

  private abort(abortion: () => DOMException): void {
    if (this.abortion !== undefined) return;
    this.abortion = abortion;
    this.controller?.abort(abortion());
  }

  isOf({ taskId, epoch, attempt }: HubLease): boolean {
    return this.attempt === attempt && this.epoch === epoch && this.taskId === taskId;
  }
}

function cancelled(): DOMException {
  return new DOMException('the task was cancelled', 'AbortError');
}

function clamp(percent: number): number {
  return Number.isFinite(percent) ? Math.min(100, Math.max(0, percent)) : 0;
}
