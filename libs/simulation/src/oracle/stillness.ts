import type { World } from '../world/world.js';
import type { Ledger } from './ledger.js';

/** Watches whether anything gets on: an end, for a client or at the balancer, is a step. */
export class Stillness {
  private ends: number;
  private since: number;

  constructor(
    private readonly world: World,
    private readonly ledger: Ledger,
    private readonly mostMs: number,
  ) {
    this.ends = ledger.ends;
    this.since = world.now;
  }

  /** Whether nothing has ended for longer than it may take. */
  get isTooLong(): boolean {
    if (this.ledger.ends !== this.ends) {
      this.ends = this.ledger.ends;
      this.since = this.world.now;
    }
    return this.world.now - this.since > this.mostMs;
  }
}
