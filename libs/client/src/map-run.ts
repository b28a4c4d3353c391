import { PenstockError } from '@penstock/protocol';
import { deferred, type Deferred } from '@penstock/runtime';
import { Fifo } from './fifo.js';
import type { MapOptions, MapProgress, MapResult } from './map.js';
import type { OpenTask, TaskListener } from './open-task.js';
import { failure } from './outcome.js';
import { raise } from './raise.js';
import { settledWithin } from './settled-within.js';

/** How long a map that is left early waits for the balancer to confirm that its tasks are cancelled. */
const CANCEL_WITHIN_MS = 5_000;

type Source<Payload> = Iterable<Payload> | AsyncIterable<Payload>;
type Step<Payload> = IteratorResult<Payload, unknown>;

/** What a run needs of its client. */
export type SubmitPart = (payload: unknown, listener: TaskListener, index: number) => OpenTask;

/** One use of `map`: keeps at most `concurrency` payloads between its source and its consumer. */
export class MapRun<Payload> implements TaskListener {
  readonly onProgress?: (task: OpenTask, progress: number) => void;
  private readonly concurrency: number;
  private readonly isOrdered: boolean;
  private readonly isAsync: boolean;
  private readonly signal: AbortSignal | undefined;
  private readonly source: Iterator<Payload> | AsyncIterator<Payload>;
  /** Payloads that were pulled and whose results were not taken, by their place in the source. */
  private readonly held = new Map<number, Payload>();
  private readonly open = new Set<OpenTask>();
  /** Results to take, in the order in which their tasks ended. */
  private readonly ended = new Fifo<MapResult<Payload>>();
  /** The same of an ordered run, by their place in the source. */
  private readonly endedAt = new Map<number, MapResult<Payload>>();
  private pulled = 0;
  private taken = 0;
  private isPulling = false;
  private isExhausted = false;
  private failure: { readonly thrown: unknown } | undefined;
  private change: Deferred<void> | undefined;

  constructor(
    source: Source<Payload>,
    private readonly submit: SubmitPart,
    { concurrency, ordered, signal, onProgress }: MapOptions<Payload>,
  ) {
    this.isAsync = Symbol.asyncIterator in source;
    this.source = Symbol.asyncIterator in source ? source[Symbol.asyncIterator]() : source[Symbol.iterator]();
    this.concurrency = concurrency ?? 64;
    this.isOrdered = ordered ?? false;
    this.signal = signal;
    signal?.addEventListener('abort', this.wake);
    if (onProgress !== undefined) this.onProgress = (task, progress) => this.tell(onProgress, task, progress);
  }

  /** Pulls from the source as much as there is room for. */
  fill(): void {
    while (!this.isPulling && !this.isExhausted && this.held.size < this.concurrency) {
      this.isPulling = true;
      try {
        const step = this.source.next();
        if (this.isAsync) void Promise.resolve(step).then(this.onPulledLater, this.onSourceError);
        else this.onPulled(step as Step<Payload>);
      } catch (thrown) {
        this.onSourceError(thrown);
      }
    }
  }

  /** The next result, if it is there. */
  take(): MapResult<Payload> | undefined {
    const result = this.isOrdered ? this.endedAt.get(this.taken) : this.ended.shift();
    if (result === undefined) return undefined;
    this.endedAt.delete(result.index);
    this.held.delete(result.index);
    this.taken += 1;
    return result;
  }

  /** Whether all that was pulled was taken, and no more comes. */
  get isDone(): boolean {
    return this.isExhausted && this.held.size === 0;
  }

  /** Throws what ended the source early, if anything did. */
  rethrow(): void {
    if (this.failure !== undefined) throw this.failure.thrown;
  }

  /** Resolves when there is something new to look at. */
  changed(): Promise<void> {
    this.change ??= deferred();
    return this.change.promise;
  }

  /** Cancels what is open, and lets go of the source. */
  async stop(): Promise<void> {
    this.signal?.removeEventListener('abort', this.wake);
    const cancels = Array.from(this.open, (task) => task.cancel());
    await this.release();
    if (cancels.length > 0) await settledWithin(cancels, CANCEL_WITHIN_MS);
  }

  private async release(): Promise<void> {
    if (this.isExhausted) return;
    this.isExhausted = true;
    const returned = this.source.return?.();
    // A generator that is busy with a step returns only after it, which may be never.
    if (this.isPulling) Promise.resolve(returned).catch(() => undefined);
    else await returned;
  }

  onEnded(task: OpenTask): void {
    this.open.delete(task);
    const { outcome, index } = task;
    if (outcome !== undefined) this.put({ ...outcome, index, payload: this.held.get(index) as Payload });
  }

  private put(result: MapResult<Payload>): void {
    if (this.isOrdered) this.endedAt.set(result.index, result);
    else this.ended.push(result);
    this.wake();
  }

  private readonly onPulledLater = (step: Step<Payload>): void => {
    this.onPulled(step);
    this.fill();
  };

  private onPulled(step: Step<Payload>): void {
    this.isPulling = false;
    if (this.isExhausted) return;
    if (step.done === true) {
      this.isExhausted = true;
      this.wake();
      return;
    }
    const index = this.pulled++;
    this.held.set(index, step.value);
    try {
      const task = this.submit(step.value, this, index);
      // One that is too large may have ended already.
      if (task.phase !== 'ended') this.open.add(task);
    } catch (error) {
      this.onNotSubmitted(error, index, step.value);
    }
  }

  /** A payload that is not JSON is that task's failure; whatever else is wrong is so for all that would follow. */
  private onNotSubmitted(error: unknown, index: number, payload: Payload): void {
    if (error instanceof PenstockError && error.code === 'INVALID_MESSAGE') {
      this.put({ ...failure(error), index, payload });
      return;
    }
    this.held.delete(index);
    this.onSourceError(error);
  }

  private readonly onSourceError = (thrown: unknown): void => {
    this.isPulling = false;
    this.isExhausted = true;
    this.failure = { thrown };
    this.wake();
  };

  private readonly wake = (): void => {
    this.change?.resolve();
    this.change = undefined;
  };

  private tell(
    onProgress: (progress: MapProgress<Payload>) => void,
    { index }: OpenTask,
    progress: number,
  ): void {
    try {
      onProgress({ index, payload: this.held.get(index) as Payload, progress });
    } catch (thrown) {
      raise(thrown);
    }
  }
}
