import type { Catalogue } from '../catalogue/catalogue.js';
import type { Clock, Timers } from '@penstock/runtime';
import type { SlotGroup } from '../slots/slot-group.js';
import type { SlotWorker } from '../slots/slot-worker.js';
import { RespawnDelay } from './respawn-delay.js';

/** One life of a seat's worker. */
export interface Life {
  readonly worker: SlotWorker;
  /** What it loads. */
  readonly catalogue: Catalogue;
  /** Monotonic milliseconds. */
  readonly since: number;
}

/** A place for one worker, with a name that stays: when its worker dies the next one begins. */
export class Seat {
  private life: Life | undefined;
  private readonly delay = new RespawnDelay();
  private cancelTimer: () => void = () => undefined;
  private isClosed = false;
  private waiters: (() => void)[] = [];

  constructor(
    readonly group: SlotGroup,
    readonly name: string,
    private readonly clock: Clock,
    private readonly timers: Timers,
    private readonly spawn: (seat: Seat) => Life,
  ) {}

  get present(): Life | undefined {
    return this.life;
  }

  /** Begins a life. */
  open(): void {
    if (!this.isClosed) this.life = this.spawn(this);
  }

  /** The worker is gone. One that ended as it was told to is followed at once. */
  onGone(wasIntended: boolean): number {
    const livedMs = this.life === undefined ? 0 : this.clock.monotonicMs() - this.life.since;
    this.life = undefined;
    const delayMs = wasIntended ? 0 : this.delay.next(livedMs);
    if (!this.isClosed) this.cancelTimer = this.timers.after(delayMs, () => this.open());
    this.wake();
    return delayMs;
  }

  onReady(): void {
    this.wake();
  }

  /** No further life begins. */
  close(): void {
    this.isClosed = true;
    this.cancelTimer();
  }

  /** Resolves when `isSo` holds; it is asked again whenever a life begins to work or ends. */
  async until(isSo: () => boolean): Promise<void> {
    while (!isSo()) {
      const { promise, resolve } = Promise.withResolvers<void>();
      this.waiters.push(resolve);
      await promise;
    }
  }

  private wake(): void {
    const { waiters } = this;
    this.waiters = [];
    for (const waiter of waiters) waiter();
  }
}
