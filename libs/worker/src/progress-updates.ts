import type { Clock } from '@penstock/runtime';
import type { Attempt } from './attempt.js';

/** An attempt's progress is told at most this often. */
const INTERVAL_MS = 100;

interface Update {
  percent: number;
  toldPercent: number;
  toldAt: number;
  timer: NodeJS.Timeout | undefined;
}

/** Thins out what handlers say of their progress: the first at once, then the latest of each interval. */
export class ProgressUpdates {
  private readonly updates = new Map<Attempt, Update>();

  constructor(
    private readonly clock: Clock,
    private readonly tell: (attempt: Attempt, percent: number) => void,
  ) {}

  set(attempt: Attempt, percent: number): void {
    const now = this.clock.monotonicMs();
    let update = this.updates.get(attempt);
    if (update === undefined) {
      update = { percent, toldPercent: -1, toldAt: -Infinity, timer: undefined };
      this.updates.set(attempt, update);
    }
    update.percent = percent;
    if (percent === update.toldPercent) return;
    const waitMs = update.toldAt + INTERVAL_MS - now;
    if (waitMs <= 0) this.tellNow(attempt, update, now);
    else this.tellLater(attempt, update, waitMs);
  }

  /** Forgets an attempt that ended. */
  delete(attempt: Attempt): void {
    const update = this.updates.get(attempt);
    if (update === undefined) return;
    clearTimeout(update.timer);
    this.updates.delete(attempt);
  }

  private tellNow(attempt: Attempt, update: Update, now: number): void {
    clearTimeout(update.timer);
    update.timer = undefined;
    update.toldAt = now;
    update.toldPercent = update.percent;
    this.tell(attempt, update.percent);
  }

  private tellLater(attempt: Attempt, update: Update, waitMs: number): void {
    update.timer ??= setTimeout(
      () => this.tellNow(attempt, update, this.clock.monotonicMs()),
      waitMs,
    ).unref();
  }
}
