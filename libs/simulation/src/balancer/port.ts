import type { Engine, Origin } from '@penstock/engine';
import { encodeEnvelope, isCall, Pattern, PenstockError, type SessionId } from '@penstock/protocol';
import { readIncoming } from '@penstock/zmq';
import type { SimRouter } from '../network/sim-router.js';

/** Answers calls and events by their pattern; what it returns or promises is the answer. */
export type Handler = (origin: Origin, data: unknown) => unknown;
export type BatchHandler = (origin: Origin, frames: Uint8Array[]) => void;

/** What a port of the balancer serves: what the controllers of its ingress do, without Nest between. */
export interface PortHandlers {
  readonly calls: Readonly<Record<string, Handler>>;
  readonly batches: Readonly<Record<number, BatchHandler>>;
}

/** Reads what comes in on one port, and answers as the balancer's transport does. */
export class Port {
  /** Set once it is bound. */
  router: SimRouter | undefined;

  /** @param onFault told of what is no error of the protocol: a bug, which ends the simulation */
  constructor(
    private readonly handlers: PortHandlers,
    readonly engine: Engine,
    private readonly onFault: (error: unknown) => void,
  ) {}

  onMessage(peer: Uint8Array, frames: Uint8Array[]): void {
    let session: SessionId = { epoch: 0, number: 0 };
    const origin: Origin = { getPeer: () => peer, getSession: () => session };
    try {
      const { head, envelope } = readIncoming(frames);
      session = { epoch: head.epoch, number: head.number };
      if (envelope === undefined) this.onBatch(origin, head.kind, frames);
      else if (isCall(envelope)) this.onCall(origin, envelope.pattern, envelope.data, envelope.id);
    } catch (error) {
      this.tell(origin, error, (err) => ({ pattern: Pattern.protocolError, data: err }));
    }
  }

  private onBatch(origin: Origin, kind: number, frames: Uint8Array[]): void {
    const handler = this.handlers.batches[kind];
    if (handler === undefined)
      throw new PenstockError('UNKNOWN_KIND', `nobody here takes batches of kind ${kind}`);
    handler(origin, frames);
  }

  private onCall(origin: Origin, pattern: string, data: unknown, id: string | undefined): void {
    const handler = this.handlers.calls[pattern];
    if (handler === undefined) throw new PenstockError('UNKNOWN_PATTERN', `nobody here handles "${pattern}"`);
    if (id === undefined) handler(origin, data);
    // Nest hands an answer over a few promises later, but within the same turn of the event loop.
    else this.answer(origin, id, async () => handler(origin, data));
  }

  private answer(origin: Origin, id: string, handle: () => Promise<unknown>): void {
    handle().then(
      (response) => this.send(origin, { id, response, isDisposed: true }),
      (error: unknown) => this.tell(origin, error, (err) => ({ id, err, isDisposed: true })),
    );
  }

  private tell(
    origin: Origin,
    error: unknown,
    envelope: (err: unknown) => Parameters<typeof encodeEnvelope>[0],
  ): void {
    if (error instanceof PenstockError) this.send(origin, envelope(error.toWire()));
    else this.onFault(error);
  }

  private send(origin: Origin, envelope: Parameters<typeof encodeEnvelope>[0]): void {
    this.router?.send(origin.getPeer(), [encodeEnvelope(envelope, origin.getSession())]);
  }
}
