import type { HubLease, HubLost } from '@penstock/protocol';
import { LeaseLists } from './lease-lists.js';

/**
 * Attempts that died with their workers, until the balancer has dealt with them: were one of them only told and the
 * message lost, the balancer would take the attempt for one that had never begun.
 */
export class Losses {
  /** Losses in which their tasks may have had a part, and losses in which they had none. */
  private readonly untold = { charged: new LeaseLists(), uncharged: new LeaseLists() };
  private readonly told = new Map<string, Loss>();

  /** All that are not dealt with: still the hub's. */
  get leases(): readonly HubLease[] {
    const { charged, uncharged } = this.untold;
    return [...charged.leases, ...uncharged.leases, ...Array.from(this.told.values(), ({ lease }) => lease)];
  }

  get hasTold(): boolean {
    return this.told.size > 0;
  }

  /** @param charged whether its task may have had a part in it */
  add(lease: HubLease, reason: string, charged: boolean): void {
    this.untold[charged ? 'charged' : 'uncharged'].add(lease, reason);
  }

  /** Takes those that are to be told now. */
  take(): HubLost[] {
    return [...this.takeOf(true), ...this.takeOf(false)];
  }

  /** A session has begun: what was told in the one before is told again. */
  again(): void {
    for (const { lease, reason, charged } of this.told.values()) this.add(lease, reason, charged);
    this.told.clear();
  }

  /** The balancer has dealt with a loss, or it is no longer the hub's. */
  settle(lease: HubLease): void {
    this.told.delete(keyOf(lease));
  }

  /** Nothing of it is the hub's any more. */
  clear(): void {
    this.untold.charged.take();
    this.untold.uncharged.take();
    this.told.clear();
  }

  private takeOf(charged: boolean): HubLost[] {
    const lists = this.untold[charged ? 'charged' : 'uncharged'].take();
    for (const { leases, reason } of lists) {
      for (const lease of leases) this.told.set(keyOf(lease), { lease, reason, charged });
    }
    return lists.map((list) => ({ ...list, charged }));
  }
}

interface Loss {
  readonly lease: HubLease;
  readonly reason: string;
  readonly charged: boolean;
}

function keyOf({ taskId, epoch, attempt }: HubLease): string {
  return `${taskId} ${epoch} ${attempt}`;
}
