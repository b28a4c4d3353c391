/** What happened in a test, in order; waits for what has not happened yet. */
export class EventLog<T> {
  readonly all: T[] = [];
  private waiters: { isIt: (event: T) => boolean; resolve: (event: T) => void }[] = [];

  add(event: T): void {
    this.all.push(event);
    for (const waiter of this.waiters.filter(({ isIt }) => isIt(event))) {
      this.waiters.splice(this.waiters.indexOf(waiter), 1);
      waiter.resolve(event);
    }
  }

  /** The first event of this kind, past or future. */
  async find(isIt: (event: T) => boolean): Promise<T> {
    const past = this.all.find(isIt);
    if (past !== undefined) return past;
    return this.next(isIt);
  }

  /** The next event of this kind. */
  async next(isIt: (event: T) => boolean = () => true): Promise<T> {
    const { promise, resolve } = Promise.withResolvers<T>();
    this.waiters.push({ isIt, resolve });
    return promise;
  }

  /** Resolves once `count` events have happened. */
  async count(count: number): Promise<void> {
    while (this.all.length < count) await this.next();
  }
}
