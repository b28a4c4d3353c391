import {
  readTaskId,
  type DispatchReader,
  type HubLease,
  type LeaseNumbers,
  type TaskId,
} from '@penstock/protocol/wire';
import type { RegisteredTask } from './registry.js';
import type { TaskContext } from './task-context.js';

/** What an attempt needs of the worker around it. */
export interface AttemptHost {
  readonly worker: string;
  onProgress(attempt: Attempt, percent: number): void;
  onLog(attempt: Attempt, values: readonly unknown[]): void;
}

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
  private controller: AbortController | undefined;
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
    if (this.isCancelled && !this.controller.signal.aborted) this.controller.abort(cancelled());
    return this.controller.signal;
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

  /** Aborts the handler's signal. */
  cancel(): void {
    if (this.isCancelled) return;
    this.isCancelled = true;
    this.controller?.abort(cancelled());
  }

  /** The outcome is decided: what the handler may still say of its progress is no longer passed on. */
  end(): void {
    this.isEnded = true;
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
