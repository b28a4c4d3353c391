import type { HubLog } from './hub-log.js';
import type { Hub } from './hub.js';
import type { BalancerLink } from './uplink/balancer-link.js';

/** How long workers may take to end once they have nothing left, before they are killed, and after that to be dead. */
const END_MS = 2_500;
/** How long the balancer may take to deal with the last outcomes. */
const SETTLE_MS = 2_000;

/**
 * Stops a hub: nothing new is taken, what has not begun goes back at once, what runs may finish. What has not by then
 * is given up and its worker killed. Resolves when no worker lives and the balancer has all outcomes, or is away.
 *
 * @param timeoutMs how long running tasks may go on
 */
export async function drain(hub: Hub, link: BalancerLink, log: HubLog, timeoutMs: number): Promise<void> {
  log.draining(hub.unfinished);
  hub.stopTaking();
  // Each worker ends when it has nothing left, and none follows.
  hub.workforce.close();
  await hub.until(() => hub.workforce.isEmpty || hub.unfinished === 0, timeoutMs);
  if (hub.unfinished === 0) await hub.until(() => hub.workforce.isEmpty, END_MS);
  hub.workforce.killAll('the hub stopped before it had ended');
  await hub.until(() => hub.workforce.isEmpty, END_MS);
  const isTold = (): boolean => hub.outgoing.unsettled.count === 0 && hub.outgoing.losses.leases.length === 0;
  await hub.until(() => isTold() || !link.live, SETTLE_MS);
}
