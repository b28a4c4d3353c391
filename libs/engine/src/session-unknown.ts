import { encodeEnvelope, Pattern, type SessionId } from '@penstock/protocol';
import type { PeerSender } from './egress/peer-sender.js';

/** Tells a peer that the session which its frame names is not open here. The answer names that session as well. */
export function sendUnknown(sender: PeerSender, peer: Uint8Array, id: SessionId): void {
  const data = { reason: 'this session is not open here: say hello again' };
  sender.send(peer, [encodeEnvelope({ pattern: Pattern.sessionUnknown, data }, id)]);
}
