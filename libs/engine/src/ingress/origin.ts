import type { Identity, SessionId } from '@penstock/protocol';
import type { Principal } from '../principal.js';

/** Where a message came from: the connection, and the session that it names. */
export interface Origin {
  getPeer(): Uint8Array;
  getSession(): SessionId;
}

/**
 * Finds out whose a hello is.
 *
 * @param incarnation that the hello is about
 * @returns `undefined` = nobody is asked
 * @throws PenstockError `FORBIDDEN`
 */
export type Identify = (incarnation: string, identity: Identity | undefined) => Principal | undefined;
