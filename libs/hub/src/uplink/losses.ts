import type { HubLease } from '@penstock/protocol';
import { LeaseLists, type LeaseList } from './lease-lists.js';

/**
 * Attempts that died with their workers, until the balancer has dealt with them: were one of them only told and the
 * message lost, the balancer would take the attempt for one that had never begun.
 */
export class Losses {
  private readonly untold = new LeaseLists();
  private readonly told = new Map<string, { readonly lease: HubLease; readonly reason: string }>();

  /** All that are not dealt with: still the hub's. */
  get leases(): readonly HubLease[] {
    return [...this.untold.leases, ...Array.from(this.told.values(), ({ lease }) => lease)];
  }

  get hasTold(): boolean {
    return this.told.size > 0;
  }

  add(lease: HubLease, reason: string): void {
    this.untold.add(lease, reason);
  }

  /** Takes those that are to be told now. */
  take(): LeaseList[] {
    const lists = this.untold.take();
    for (const { leases, reason } of lists) {
      for (const lease of leases) this.told.set(keyOf(lease), { lease, reason });
    }
    return lists;
  }

  /** A session has begun: what was told in the one before is told again. */
  again(): void {
    for (const { lease, reason } of this.told.values()) this.untold.add(lease, reason);
    this.told.clear();
  }

  /** The balancer has dealt with a loss, or it is no longer the hub's. */
  settle(lease: HubLease): void {
    this.told.delete(keyOf(lease));
  }

  /** Nothing of it is the hub's any more. */
  clear(): void {
    this.untold.take();
    this.told.clear();
  }
}

function keyOf({ taskId, epoch, attempt }: HubLease): string {
  return `${taskId} ${epoch} ${attempt}`;
}
