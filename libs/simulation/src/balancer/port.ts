import type { Engine } from '@penstock/engine';
import { encodeEnvelope, isCall, Pattern, PenstockError, type SessionId } from '@penstock/protocol';
import { readIncoming } from '@penstock/zmq';
import type { SimRouter } from '../network/sim-router.js';

/** Answers calls and events by their pattern; what it returns is the answer. */
export type Handler = (peer: Uint8Array, session: SessionId, data: unknown) => unknown;
export type BatchHandler = (peer: Uint8Array, session: SessionId, frames: Uint8Array[]) => void;

/** What a port of the balancer serves: what the controllers of its ingress do, without Nest between. */
export interface PortHandlers {
  readonly calls: Readonly<Record<string, Handler>>;
  readonly batches: Readonly<Record<number, BatchHandler>>;
}

/** Reads what comes in on one port, and answers as the balancer's transport does. */
export class Port {
  /** Set once it is bound. */
  router: SimRouter | undefined;

  constructor(
    private readonly handlers: PortHandlers,
    readonly engine: Engine,
  ) {}

  onMessage(peer: Uint8Array, frames: Uint8Array[]): void {
    let session: SessionId = { epoch: 0, number: 0 };
    try {
      const { head, envelope } = readIncoming(frames);
      session = { epoch: head.epoch, number: head.number };
      if (envelope === undefined) this.onBatch(peer, session, head.kind, frames);
      else if (isCall(envelope)) {
        this.onCall(peer, session, envelope.pattern, envelope.data, envelope.id);
      }
    } catch (error) {
      this.sendError(peer, session, error);
    }
  }

  private onBatch(peer: Uint8Array, session: SessionId, kind: number, frames: Uint8Array[]): void {
    const handler = this.handlers.batches[kind];
    if (handler === undefined)
      throw new PenstockError('UNKNOWN_KIND', `nobody here takes batches of kind ${kind}`);
    handler(peer, session, frames);
  }

  private onCall(
    peer: Uint8Array,
    session: SessionId,
    pattern: string,
    data: unknown,
    id: string | undefined,
  ): void {
    const handler = this.handlers.calls[pattern];
    if (handler === undefined) throw new PenstockError('UNKNOWN_PATTERN', `nobody here handles "${pattern}"`);
    if (id === undefined) handler(peer, session, data);
    else this.answer(peer, session, id, () => handler(peer, session, data));
  }

  private answer(peer: Uint8Array, session: SessionId, id: string, handle: () => unknown): void {
    let reply: { response: unknown } | { err: unknown };
    try {
      reply = { response: handle() };
    } catch (error) {
      reply = { err: wireErrorOf(error) };
    }
    // Nest hands an answer over a few promises later, but within the same turn of the event loop.
    queueMicrotask(() =>
      this.router?.send(peer, [encodeEnvelope({ id, ...reply, isDisposed: true }, session)]),
    );
  }

  private sendError(peer: Uint8Array, session: SessionId, error: unknown): void {
    const data = wireErrorOf(error);
    this.router?.send(peer, [encodeEnvelope({ pattern: Pattern.protocolError, data }, session)]);
  }
}

/** What is no error of the protocol is a bug, and ends the simulation. */
function wireErrorOf(error: unknown): unknown {
  if (error instanceof PenstockError) return error.toWire();
  throw error;
}
