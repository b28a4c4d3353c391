/** A routing id as the key of a map: one character per byte. */
export function peerKey(peer: Uint8Array): string {
  return Buffer.from(peer.buffer, peer.byteOffset, peer.byteLength).toString('latin1');
}
