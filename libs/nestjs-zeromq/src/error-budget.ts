import type { Clock } from '@penstock/runtime';

const WINDOW_MS = 1_000;

/** How many error messages each peer may be sent in a second, so that two ends never keep each other busy with them. */
export class ErrorBudget {
  private readonly spent = new Map<string, number>();
  private windowEndsAt = 0;

  /**
   * @param errorsPerPeer errors that a peer may be sent in a second
   * @param peersMax peers that may be sent any in a second: a bound on memory
   */
  constructor(
    private readonly clock: Clock,
    private readonly errorsPerPeer = 10,
    private readonly peersMax = 1_024,
  ) {}

  /** Takes one error out of a peer's budget; false when it is used up. */
  take(peer: string): boolean {
    const now = this.clock.monotonicMs();
    if (now >= this.windowEndsAt) {
      this.spent.clear();
      this.windowEndsAt = now + WINDOW_MS;
    }
    const spent = this.spent.get(peer) ?? 0;
    if (spent >= this.errorsPerPeer || (spent === 0 && this.spent.size >= this.peersMax)) return false;
    this.spent.set(peer, spent + 1);
    return true;
  }
}
