import type { PeerSender } from '@penstock/engine';
import { peerKey } from '@penstock/zmq';
import type { Machine } from '../world/machine.js';
import type { Connection } from './connection.js';

/** What a ROUTER tells whoever bound it. */
export interface RouterHandlers {
  onMessage(peer: Uint8Array, frames: Uint8Array[]): void;
  onUnreachable(peer: Uint8Array): void;
}

/** A ROUTER that one life of a process has bound. */
export class SimRouter implements PeerSender {
  private readonly connections = new Map<string, Connection>();

  constructor(
    /** What diallers dial. */
    readonly address: string,
    readonly machine: Machine,
    private readonly handlers: RouterHandlers,
  ) {}

  add(connection: Connection): void {
    this.connections.set(peerKey(connection.peer), connection);
  }

  onMessage(peer: Uint8Array, frames: Uint8Array[]): void {
    this.handlers.onMessage(peer, frames);
  }

  /** Sends; a peer that is known to be gone is told of a moment later, as by a ROUTER with `mandatory`. */
  send(peer: Uint8Array, frames: readonly Uint8Array[]): void {
    if (this.machine.isDead) return;
    const connection = this.connections.get(peerKey(peer));
    if (connection?.isWritable === true) connection.sendDown(frames);
    else this.machine.timers.soon(() => this.handlers.onUnreachable(peer));
  }

  *[Symbol.iterator](): Generator<Connection> {
    for (const [key, connection] of this.connections) {
      if (connection.isOver) this.connections.delete(key);
      else yield connection;
    }
  }
}
