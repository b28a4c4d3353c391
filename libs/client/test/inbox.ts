import { deferred, type Deferred } from '@penstock/runtime';

/** What has happened, in order, for a spec to wait on. */
export class Inbox<T> {
  /** Everything that was ever put in. */
  readonly all: T[] = [];
  private taken = 0;
  private waiting: Deferred<T>[] = [];

  put(item: T): void {
    this.all.push(item);
    const waiter = this.waiting.shift();
    if (waiter === undefined) return;
    this.taken += 1;
    waiter.resolve(item);
  }

  /** The next item that was not taken yet; waits for it. */
  next(): Promise<T> {
    const waiter = deferred<T>();
    if (this.taken < this.all.length) waiter.resolve(this.all[this.taken++] as T);
    else this.waiting.push(waiter);
    return waiter.promise;
  }

  /** The next `count` items. */
  async take(count: number): Promise<T[]> {
    const items: T[] = [];
    while (items.length < count) items.push(await this.next());
    return items;
  }
}
