import type { HubLease } from '@penstock/protocol';

/** Leases of one control message; all of them fit it. */
const LIST_MAX = 4_096;
const REASON_MAX = 1_024;

/** Leases that share a reason. */
export interface LeaseList {
  readonly leases: HubLease[];
  readonly reason: string;
}

/** Leases to tell the balancer of, by reason. */
export class LeaseLists {
  private lists = new Map<string, HubLease[]>();

  get leases(): readonly HubLease[] {
    return [...this.lists.values()].flat();
  }

  add(lease: HubLease, reason: string): void {
    const key = reason.slice(0, REASON_MAX);
    const list = this.lists.get(key);
    if (list === undefined) this.lists.set(key, [lease]);
    else list.push(lease);
  }

  /** Takes all of them, in lists that fit a message. */
  take(): LeaseList[] {
    if (this.lists.size === 0) return [];
    const taken: LeaseList[] = [];
    for (const [reason, leases] of this.lists) {
      for (let from = 0; from < leases.length; from += LIST_MAX) {
        taken.push({ reason, leases: leases.slice(from, from + LIST_MAX) });
      }
    }
    this.lists = new Map();
    return taken;
  }
}
