import { isCall, NO_SESSION, PenstockError } from '@penstock/protocol';
import { readIncoming, RouterSocket, type Incoming, type RouterSocketOptions } from '@penstock/zmq';
import type { Origin, PortListener, ServerPort } from './server-port.js';

function outboxFull(): PenstockError {
  return new PenstockError('OUTBOX_FULL', 'a peer does not read as fast as we write to it');
}

/** A server's bound socket. */
export class RouterPort implements ServerPort<RouterSocket> {
  readonly native: RouterSocket;
  readonly answersErrors = true;

  constructor(
    options: Pick<
      RouterSocketOptions,
      | 'endpoint'
      | 'maxMessageBytes'
      | 'highWaterMark'
      | 'receiveHighWaterMark'
      | 'lingerMs'
      | 'curve'
      | 'admit'
    >,
    private readonly listener: PortListener,
  ) {
    this.native = new RouterSocket({
      ...options,
      onMessage: (peer, frames) => this.onMessage(peer, frames),
      onUnreachable: (peer) => listener.onUnreachable(peer),
      onStuck: (peer) => {
        if (!listener.onStuck(peer)) listener.onError(outboxFull());
      },
      onError: (error) => listener.onError(error),
    });
  }

  async open(): Promise<void> {
    await this.native.bind();
    this.listener.onUp();
  }

  send({ peer }: Origin, frame: Uint8Array): boolean {
    this.native.send(peer, [frame]);
    return true;
  }

  async close(): Promise<void> {
    await this.native.close();
    this.listener.onDown();
  }

  private onMessage(peer: Uint8Array, frames: Uint8Array[]): void | Promise<void> {
    let incoming: Incoming;
    try {
      incoming = readIncoming(frames);
    } catch (error) {
      this.listener.onMalformed({ peer, session: NO_SESSION }, error);
      return undefined;
    }
    const { head, envelope } = incoming;
    const origin = { peer, session: { epoch: head.epoch, number: head.number } };
    if (envelope === undefined) return this.listener.onBatch(origin, head.kind, frames);
    if (isCall(envelope)) this.listener.onCall(origin, envelope);
    else
      this.listener.onMalformed(
        origin,
        new PenstockError('INVALID_MESSAGE', 'nobody here waits for an answer'),
      );
    return undefined;
  }
}
