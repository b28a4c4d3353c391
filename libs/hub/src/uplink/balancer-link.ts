import type { SessionId } from '@penstock/protocol';

/** The hub's way to the balancer, as far as the hub sends. What is sent while there is no session goes nowhere. */
export interface BalancerLink {
  readonly live: boolean;
  /** The session that frames name. */
  readonly session: SessionId;
  /** @returns false when there is no session: nothing was sent */
  send(frames: readonly Uint8Array[]): boolean;
  /** @returns false when there is no session: nothing was sent */
  event(pattern: string, data: unknown): boolean;
}
