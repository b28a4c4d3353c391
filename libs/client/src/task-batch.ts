import { deferred, type Deferred } from '@penstock/runtime';
import type { OpenTask, TaskListener } from './open-task.js';
import { raise } from './raise.js';
import { settledWithin } from './settled-within.js';
import type { TaskHandle, TaskOutcome } from './task-handle.js';

/** How long {@link TaskBatch.cancel} waits for the balancer's word. */
const CANCEL_WITHIN_MS = 5_000;

/** A task of a batch that has ended. */
export type BatchResult<Result = unknown> = TaskOutcome<Result> & {
  /** Its place among the payloads, from 0. */
  readonly index: number;
  readonly task: TaskHandle<Result>;
};

/** Tasks that were submitted together. Iterating gives them as they end, in that order. */
export interface TaskBatch<Result = unknown> extends AsyncIterable<BatchResult<Result>> {
  /** In the order of the payloads. */
  readonly tasks: readonly TaskHandle<Result>[];
  /**
   * What all of them returned, in the order of the payloads.
   *
   * @throws PenstockError the first failure, as soon as it is there; the others go on
   */
  results(): Promise<Result[]>;
  /** How all of them ended, in the order of the payloads. */
  outcomes(): Promise<TaskOutcome<Result>[]>;
  /** Cancels what has not ended. Returns when the balancer has confirmed it, after 5 s at the latest. */
  cancel(): Promise<void>;
}

/** The one listener of all tasks of a batch: no promise, timer or closure per task. */
export class OpenBatch implements TaskBatch, TaskListener {
  readonly tasks: OpenTask[] = [];
  private readonly ended: OpenTask[] = [];
  private firstFailure: OpenTask | undefined;
  private nextEnd: Deferred<void> | undefined;

  /** @param onResult called with each end, as it comes */
  constructor(private readonly onResult: ((result: BatchResult) => void) | undefined) {}

  async results(): Promise<unknown[]> {
    await this.until(() => this.firstFailure !== undefined || this.isDone);
    if (this.firstFailure?.outcome?.ok === false) throw this.firstFailure.outcome.error;
    return this.tasks.map(({ outcome }) => (outcome?.ok === true ? outcome.value : undefined));
  }

  async outcomes(): Promise<TaskOutcome[]> {
    await this.until(() => this.isDone);
    return this.tasks.flatMap(({ outcome }) => outcome ?? []);
  }

  async cancel(): Promise<void> {
    const open = this.tasks.filter(({ phase }) => phase !== 'ended');
    await settledWithin(
      open.map((task) => task.cancel()),
      CANCEL_WITHIN_MS,
    );
  }

  async *[Symbol.asyncIterator](): AsyncGenerator<BatchResult, undefined> {
    for (let at = 0; at < this.tasks.length; at++) {
      if (at === this.ended.length) await this.until(() => at < this.ended.length);
      const task = this.ended[at];
      if (task !== undefined) yield resultOf(task);
    }
    return undefined;
  }

  onEnded(task: OpenTask): void {
    this.ended.push(task);
    if (task.outcome?.ok === false) this.firstFailure ??= task;
    if (this.onResult !== undefined) this.tell(task, this.onResult);
    this.nextEnd?.resolve();
    this.nextEnd = undefined;
  }

  private get isDone(): boolean {
    return this.ended.length === this.tasks.length;
  }

  private async until(isReached: () => boolean): Promise<void> {
    while (!isReached()) {
      this.nextEnd ??= deferred();
      await this.nextEnd.promise;
    }
  }

  private tell(task: OpenTask, onResult: (result: BatchResult) => void): void {
    try {
      onResult(resultOf(task));
    } catch (thrown) {
      raise(thrown);
    }
  }
}

function resultOf(task: OpenTask): BatchResult {
  const { outcome, index } = task;
  if (outcome === undefined) throw new Error('only ended tasks are told');
  return { ...outcome, index, task };
}
