import type { StartWatch } from './start-watch.js';
import type { WorkerListener } from './worker-handle.js';

/** The end of a worker, told once: why, and which file's import it died in. */
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

  onGone(how: string): void {
    if (this.isOver) return;
    this.isOver = true;
    const culprit = this.startWatch.importing;
    this.startWatch.close();
    this.listener.onGone(this.failure === undefined ? how : `${this.failure} (${how})`, culprit);
  }
}
