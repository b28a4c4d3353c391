/** What the balancer needs of a ROUTER to talk to a peer: fire and forget. */
export interface PeerSender {
  /** @param peer the connection's routing id */
  send(peer: Uint8Array, frames: readonly Uint8Array[]): void;
}
