import { SessionLink, type SessionLinkOptions } from '@penstock/zmq';
import type { Origin, PortListener, ServerPort } from './server-port.js';

/** Everything about a link but what the server itself attends to. */
export type ZmqLinkOptions = Omit<SessionLinkOptions, 'onBatch' | 'onEnvelope' | 'onError'>;

const THE_PEER: Uint8Array = new Uint8Array(0);

/** A server that dials: its one peer is the other end of a session link. */
export class LinkPort implements ServerPort<SessionLink> {
  readonly native: SessionLink;
  readonly answersErrors = false;

  constructor(
    options: ZmqLinkOptions,
    private readonly lingerMs: number,
    private readonly listener: PortListener,
  ) {
    const link = new SessionLink({
      ...options,
      onWelcome: (data) => {
        const terms = options.onWelcome(data);
        listener.onUp();
        return terms;
      },
      onLost: (reason) => {
        listener.onDown();
        options.onLost(reason);
      },
      onBatch: (kind, frames) => listener.onBatch({ peer: THE_PEER, session: link.session }, kind, frames),
      onEnvelope: (envelope) => listener.onCall({ peer: THE_PEER, session: link.session }, envelope),
      onError: (error) => listener.onError(error),
    });
    this.native = link;
  }

  /** Begins to dial; does not wait for the welcome, which may be a long time coming. */
  async open(): Promise<void> {
    this.native.start();
  }

  /** An answer to a message of an earlier session has nobody to go to. */
  send({ session }: Origin, frame: Uint8Array): boolean {
    const now = this.native.session;
    return now.epoch === session.epoch && now.number === session.number && this.native.send([frame]);
  }

  async close(): Promise<void> {
    this.native.close({ lingerMs: this.lingerMs });
    this.listener.onDown();
  }
}
