import { deferred, type Deferred } from '@penstock/runtime';

type Step = IteratorResult<number, undefined>;

/** Progress of one task for one reader. Who reads slowly misses steps, never the latest. */
export class ProgressStream implements AsyncIterableIterator<number, undefined> {
  private latest: number | undefined;
  private waiter: Deferred<Step> | undefined;
  private isEnded = false;

  constructor(private readonly onReturn: () => void) {}

  [Symbol.asyncIterator](): this {
    return this;
  }

  next(): Promise<Step> {
    const value = this.latest;
    this.latest = undefined;
    if (value !== undefined) return Promise.resolve({ done: false, value });
    if (this.isEnded) return Promise.resolve({ done: true, value: undefined });
    this.waiter ??= deferred();
    return this.waiter.promise;
  }

  return(): Promise<Step> {
    this.onReturn();
    this.latest = undefined;
    this.end();
    return Promise.resolve({ done: true, value: undefined });
  }

  push(progress: number): void {
    if (this.waiter === undefined) this.latest = progress;
    else this.settle({ done: false, value: progress });
  }

  end(): void {
    this.isEnded = true;
    this.settle({ done: true, value: undefined });
  }

  private settle(step: Step): void {
    this.waiter?.resolve(step);
    this.waiter = undefined;
  }
}
