import type { ClaimWord } from './claim-word.js';

/** Looks this often while tasks are claimed, and ever more rarely while none is. */
const BUSY_INTERVAL_MS = 20;
const IDLE_INTERVAL_MS = 160;

/**
 * Notices, from another thread, that a worker has claimed a task and stays with it: a handler that blocks its thread
 * keeps the worker from saying so itself.
 */
export class ClaimWatch {
  private timer: NodeJS.Timeout | undefined;
  private seen: number | undefined = 0;
  private told: number | undefined = 0;
  private intervalMs = BUSY_INTERVAL_MS;

  /** @param onClaimed so many tasks were claimed, modulo 2^30, and the last of them runs on or has ended */
  constructor(
    private readonly claims: ClaimWord,
    private readonly onClaimed: (claimed: number) => void,
  ) {
    this.arm();
  }

  close(): void {
    clearTimeout(this.timer);
  }

  private look(): void {
    const { claimed } = this.claims;
    const isSteady = claimed === this.seen;
    this.seen = claimed;
    this.intervalMs = isSteady ? Math.min(this.intervalMs * 2, IDLE_INTERVAL_MS) : BUSY_INTERVAL_MS;
    if (isSteady && claimed !== undefined && claimed !== this.told) {
      this.told = claimed;
      this.onClaimed(claimed);
    }
    this.arm();
  }

  private arm(): void {
    this.timer = setTimeout(() => this.look(), this.intervalMs).unref();
  }
}
