import type { StatsView } from '@penstock/protocol';

/** How many tasks end per second, between one look and the next. */
export class EndedRate {
  private last: { readonly ended: number; readonly at: number } | undefined;

  /**
   * @param now milliseconds that only rise
   * @returns the rate since the look before; 0 at the first one, and after the balancer has begun to count anew
   */
  add({ tasks }: Pick<StatsView, 'tasks'>, now: number): number {
    const ended = tasks.reduce(
      (sum, { done, failed, cancelled, expired }) => sum + done + failed + cancelled + expired,
      0,
    );
    const { last } = this;
    this.last = { ended, at: now };
    if (last === undefined || now <= last.at) return 0;
    return Math.max(0, (1_000 * (ended - last.ended)) / (now - last.at));
  }
}
