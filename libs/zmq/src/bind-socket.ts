import { setTimeout as delay } from 'node:timers/promises';
import type { Router } from 'zeromq';
import { errnoCode, type Transport } from './endpoint.js';

/**
 * libzmq frees an inproc name a moment after its socket was closed and does not tell when, so that somebody who binds
 * it anew looks again for a tenth of a second.
 */
const INPROC_BIND_TRIES = 100;
const INPROC_BIND_DELAY_MS = 1;

/** Binds a socket, unless it is closed meanwhile. */
export async function bindSocket(socket: Router, endpoint: string, transport: Transport): Promise<void> {
  for (let tries = transport === 'inproc' ? INPROC_BIND_TRIES : 1; !socket.closed; tries--) {
    try {
      await socket.bind(endpoint);
      return;
    } catch (error) {
      if (tries === 1 || errnoCode(error) !== 'EADDRINUSE') throw error;
      await delay(INPROC_BIND_DELAY_MS);
    }
  }
}
