import type { StartWatch } from './start-watch.js';
import type { WorkerListener } from './worker-handle.js';

/** The end of a worker, told once. */
export class WorkerLife {
  /** What is known of the reason before the worker is dead. */
  failure: string | undefined;
  private isOver = false;

  constructor(
    private readonly startWatch: StartWatch,
    private readonly listener: WorkerListener,
  ) {}

  get over(): boolean {
    return this.isOver;
  }

  /** @param signal that ended it */
  onGone(how: string, signal: NodeJS.Signals | null = null): void {
    if (this.isOver) return;
    this.isOver = true;
    const { failure } = this;
    const { importing } = this.startWatch;
    this.startWatch.close();
    this.listener.onGone({
      reason: failure === undefined ? how : `${failure} (${how})`,
      importing,
      isKilled: signal !== null && failure === undefined,
    });
  }
}
