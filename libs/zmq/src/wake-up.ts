import { systemTimers, type Clock, type Timers } from '@penstock/runtime';

/** Longest delay that a timer of Node takes, in milliseconds. */
const LONGEST_MS = 2 ** 31 - 1;

/** One timer for any number of deadlines: whoever is woken does what is due and says when the next is. */
export class WakeUp {
  private cancelTimer: () => void = () => undefined;
  private armedFor = Infinity;

  /**
   * @param onWake does what is due at `now` and returns the next deadline; `Infinity` = none
   */
  constructor(
    private readonly clock: Clock,
    private readonly onWake: (now: number) => number,
    private readonly timers: Timers = systemTimers,
  ) {}

  /** Wakes at `deadline` (of the clock's monotonic milliseconds), or earlier. */
  noLaterThan(deadline: number): void {
    if (deadline >= this.armedFor) return;
    this.cancelTimer();
    this.armedFor = deadline;
    const delayMs = Math.max(0, Math.ceil(deadline - this.clock.monotonicMs()));
    this.cancelTimer = this.timers.after(Math.min(delayMs, LONGEST_MS), this.wake);
  }

  /** Sleeps until {@link noLaterThan} is called again. */
  stop(): void {
    this.cancelTimer();
    this.armedFor = Infinity;
  }

  private readonly wake = (): void => {
    this.armedFor = Infinity;
    this.noLaterThan(this.onWake(this.clock.monotonicMs()));
  };
}
