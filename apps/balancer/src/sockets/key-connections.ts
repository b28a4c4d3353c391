import { peerKey } from '@penstock/zmq';

/** A connection is asked about once in so many looks, a look a second. */
const LOOKS = 10;

interface Proven {
  readonly peer: Uint8Array;
  readonly key: string;
}

/** Connections of the holders of one key. */
interface Count {
  /** Those that have said whose they are. */
  proven: number;
  /** Those that were let in and have said nothing yet; never fewer than there are. */
  silent: number;
}

/**
 * How many connections the holders of each key have at a port, so that those of one key never take the room of all others.
 * ZeroMQ tells that a connection has ended, but not which. So one that has said whose it is counts until it cannot be
 * written to; of the others of a key there are no more than were let in, nor than the port has that have said nothing.
 */
export class KeyConnections {
  private readonly proven = new Map<string, Proven>();
  private readonly counts = new Map<string, Count>();

  /** @param max connections that the holders of one key may have */
  constructor(private readonly max: number) {}

  /** Connections that have said whose they are. */
  get size(): number {
    return this.proven.size;
  }

  /**
   * Notes that a connection comes in.
   *
   * @param open connections that the port has, whoever's they are
   * @returns false = the holders of this key have as many as they may
   */
  admit(key: string, open: number): boolean {
    const { proven, silent } = this.counts.get(key) ?? { proven: 0, silent: 0 };
    const count = { proven, silent: Math.min(silent, Math.max(0, open - this.proven.size)) };
    const isFree = proven + count.silent < this.max;
    if (isFree) count.silent += 1;
    this.counts.set(key, count);
    return isFree;
  }

  /** A connection has said, and proved, whose it is. */
  prove(peer: Uint8Array, key: string): void {
    const name = peerKey(peer);
    if (this.proven.get(name)?.key === key) return;
    this.forget(peer);
    this.proven.set(name, { peer: Buffer.from(peer), key });
    const { proven, silent } = this.counts.get(key) ?? { proven: 0, silent: 0 };
    this.counts.set(key, { proven: proven + 1, silent: Math.max(0, silent - 1) });
  }

  /** A connection is gone. */
  forget(peer: Uint8Array): void {
    const name = peerKey(peer);
    const known = this.proven.get(name);
    if (known === undefined) return;
    this.proven.delete(name);
    const { proven, silent } = this.counts.get(known.key) ?? { proven: 1, silent: 0 };
    if (proven + silent === 1) this.counts.delete(known.key);
    else this.counts.set(known.key, { proven: proven - 1, silent });
  }

  /** Some of the connections that have said whose they are, in turn: all of them in ten looks. */
  look(): Uint8Array[] {
    const some = [...this.proven].slice(0, Math.ceil(this.proven.size / LOOKS));
    for (const [name, connection] of some) {
      this.proven.delete(name);
      this.proven.set(name, connection);
    }
    return some.map(([, { peer }]) => peer);
  }
}
