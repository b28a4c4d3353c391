import { EventEmitter } from 'node:events';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { Server, type MessageHandler, type WritePacket } from '@nestjs/microservices';
import {
  encodeEnvelope,
  kindNames,
  Pattern,
  PenstockError,
  type Envelope,
  type EnvelopeCall,
} from '@penstock/protocol';
import { RateBudget, systemClock } from '@penstock/runtime';
import { peerKey, type RouterSocket, type SessionLink } from '@penstock/zmq';
import { defer, isObservable, lastValueFrom } from 'rxjs';
import { BATCH_PREFIX, batchPatternOf } from './batch-pattern.js';
import { ErrorBudget } from './error-budget.js';
import { LinkPort } from './link-port.js';
import { OpenHandlers } from './open-handlers.js';
import { RouterPort } from './router-port.js';
import type { Origin, PortListener, ServerPort } from './server-port.js';
import { toReplyError, toWireError } from './wire-errors.js';
import { metadataOf, ZmqContext } from './zmq.context.js';
import type { ZmqServerEvents, ZmqStatus } from './zmq.events.js';
import type { ZmqServerOptions } from './zmq.server-options.js';

/** What a server has seen since it was made. */
export interface ZmqServerCounters {
  readonly calls: number;
  readonly events: number;
  readonly batches: number;
  /** Messages that could not be decoded. */
  readonly malformed: number;
  /** Calls, events and batches that nobody here handles. */
  readonly unhandled: number;
  /** Calls and events that came while too many were at work, or while the server was stopping. */
  readonly refused: number;
  /** Calls of connections that made more of them than they may. */
  readonly hasty: number;
  /** Events and batches whose handler failed. */
  readonly failed: number;
  /** Answers that had nobody to go to. */
  readonly undelivered: number;
}

const DRAIN_MS = 5_000;
const LINGER_MS = 500;
const OPEN_HANDLERS_MAX = 10_000;

/**
 * The server side of the transport: a custom strategy for `NestFactory.createMicroservice` and `connectMicroservice`.
 * Control messages go through Nest's own machinery; a batch goes straight to the handler of its kind (ADR 1).
 */
export class ZmqServer extends Server<ZmqServerEvents, ZmqStatus> {
  private readonly port: ServerPort<RouterSocket | SessionLink>;
  private readonly emitter = new EventEmitter();
  private readonly open: OpenHandlers;
  private readonly errorBudget = new ErrorBudget(systemClock);
  private readonly callBudget: RateBudget | undefined;
  private readonly tally = {
    calls: 0,
    events: 0,
    batches: 0,
    malformed: 0,
    unhandled: 0,
    refused: 0,
    hasty: 0,
    failed: 0,
    undelivered: 0,
  };
  private batchHandlers: readonly (MessageHandler | undefined)[] = [];
  private closing: Promise<void> | undefined;

  /** @throws PenstockError `INVALID_ADDRESS` */
  constructor(private readonly options: ZmqServerOptions) {
    super();
    if (options.transportId !== undefined) this.setTransportId(options.transportId);
    this.open = new OpenHandlers(options.maxOpenHandlers ?? OPEN_HANDLERS_MAX);
    if ('bind' in options && options.callsPerSecond !== undefined)
      this.callBudget = new RateBudget(systemClock, options.callsPerSecond);
    this.port = portOf(options, this.listener());
  }

  get counters(): ZmqServerCounters {
    return this.tally;
  }

  /**
   * Binds or begins to dial; called by Nest. With a link it does not wait for the welcome.
   *
   * @param callback gets a PenstockError when the endpoint cannot be used
   */
  async listen(callback: (error?: unknown) => void): Promise<void> {
    this.batchHandlers = Object.keys(kindNames).map((kind) =>
      this.messageHandlers.get(batchPatternOf(Number(kind))),
    );
    try {
      await this.port.open();
    } catch (error) {
      callback(error);
      return;
    }
    callback();
  }

  /**
   * Refuses new calls, waits for the handlers at work, and frees the address. May be called more than once, and by
   * several parties: Nest calls it at different points of its shutdown.
   */
  close(): Promise<void> {
    this.closing ??= this.drainAndClose();
    return this.closing;
  }

  on<Event extends keyof ZmqServerEvents, Callback extends ZmqServerEvents[Event]>(
    event: Event,
    callback: Callback,
  ): void {
    this.emitter.on(event, callback);
  }

  /** The `RouterSocket` or `SessionLink`: pushes go through it, not through Nest. */
  unwrap<T = RouterSocket | SessionLink>(): T {
    return this.port.native as T;
  }

  /** Finds by the text as it came: the base class would parse a hostile pattern as JSON first. */
  override getHandlerByPattern(pattern: string): MessageHandler | null {
    if (pattern.startsWith(BATCH_PREFIX)) return null;
    return this.messageHandlers.get(pattern) ?? null;
  }

  private listener(): PortListener {
    return {
      onCall: (origin, envelope) => this.onCall(origin, envelope),
      onBatch: (origin, kind, frames) => this.onBatch(origin, kind, frames),
      onMalformed: (origin, error) => {
        this.tally.malformed++;
        this.sendError(origin, error);
      },
      onUnreachable: (peer) => {
        this.open.stopPeer(peerKey(peer));
        this.emitter.emit('unreachable', peer);
      },
      onStuck: (peer) => this.emitter.emit('stuck', peer),
      onUp: () => {
        this._status$.next('connected');
        if ('bind' in this.options) this.emitter.emit('listening', this.unwrap<RouterSocket>().endpoint);
      },
      onDown: () => this._status$.next('disconnected'),
      onError: (error) => this.report(error),
    };
  }

  private onCall(origin: Origin, envelope: EnvelopeCall): void {
    const { id, pattern, data } = envelope;
    if (id === undefined) this.tally.events++;
    else this.tally.calls++;
    const handler = this.getHandlerByPattern(pattern);
    const refusal = this.refusalOf(handler, envelope, origin.peer);
    if (handler === null || refusal !== undefined) {
      if (id !== undefined) this.reply(origin, id, { err: refusal, isDisposed: true });
      // An answer to an error would be answered, and so on.
      else if (pattern !== Pattern.protocolError) this.sendError(origin, refusal);
      return;
    }
    const context = new ZmqContext([origin.peer, origin.session, pattern, metadataOf(envelope.metadata), []]);
    const results = defer(() => this.transformToObservable(handler(data, context)));
    const tracked = this.open.track(peerKey(origin.peer), results);
    if (id === undefined) {
      this.runWithProcessingHooks(context, async (runEndHook) => {
        tracked.subscribe({ error: (error) => this.onFailed(origin, error) }).add(runEndHook);
      });
    } else {
      this.handleRequest(
        context,
        async () => tracked,
        (packet) => this.reply(origin, id, packet),
      );
    }
  }

  private refusalOf(
    handler: MessageHandler | null,
    { id, pattern }: EnvelopeCall,
    peer: Uint8Array,
  ): PenstockError | undefined {
    const retryAfterMs = id === undefined ? 0 : (this.callBudget?.take(peerKey(peer)) ?? 0);
    if (retryAfterMs > 0) {
      this.tally.hasty++;
      return new PenstockError('RATE_EXCEEDED', 'this connection makes more calls in a second than it may', {
        details: { retryAfterMs },
      });
    }
    if (handler === null) {
      this.tally.unhandled++;
      return new PenstockError('UNKNOWN_PATTERN', `nobody here handles "${pattern}"`, {
        details: { pattern },
      });
    }
    const isClosed = this.closing !== undefined && id !== undefined;
    if (!isClosed && !this.open.isFull) return undefined;
    this.tally.refused++;
    return isClosed
      ? new PenstockError('SHUTTING_DOWN', 'this server is stopping and takes no new calls')
      : new PenstockError('QUEUE_FULL', 'too many messages are being handled already');
  }

  private onBatch(origin: Origin, kind: number, frames: Uint8Array[]): void | Promise<void> {
    this.tally.batches++;
    const handler = this.batchHandlers[kind];
    if (handler !== undefined) return this.runBatch(origin, handler, kind, frames);
    this.tally.unhandled++;
    this.sendError(
      origin,
      new PenstockError('UNKNOWN_KIND', `nobody here takes ${kindNames[kind]} batches`, {
        details: { kind },
      }),
    );
    return undefined;
  }

  private async runBatch(
    { peer, session }: Origin,
    handler: MessageHandler,
    kind: number,
    frames: Uint8Array[],
  ): Promise<void> {
    try {
      const context = new ZmqContext([peer, session, batchPatternOf(kind), undefined, frames]);
      const result: unknown = await handler(frames, context);
      // Nest's filters turn what a handler throws into a stream that fails.
      if (isObservable(result)) await lastValueFrom(result, { defaultValue: undefined });
    } catch (error) {
      this.onFailed({ peer, session }, error);
    }
  }

  private onFailed(origin: Origin, error: unknown): void {
    this.tally.failed++;
    this.sendError(origin, error);
  }

  private reply(origin: Origin, id: string, packet: WritePacket): void {
    const isFailure = 'err' in packet;
    const { response, err, isDisposed } = packet;
    try {
      const answer = isFailure ? { err: toReplyError(err) } : { response };
      this.sendEnvelope(origin, { id, ...answer, isDisposed: isFailure || isDisposed === true });
    } catch (error) {
      // An answer that is too large or no JSON: the caller is told, and does not wait for its deadline.
      this.sendEnvelope(origin, { id, err: toWireError(error), isDisposed: true });
    }
  }

  private sendError(origin: Origin, error: unknown): void {
    if (!this.port.answersErrors || !this.errorBudget.take(peerKey(origin.peer))) return;
    this.sendEnvelope(origin, { pattern: Pattern.protocolError, data: toWireError(error) });
  }

  private sendEnvelope(origin: Origin, envelope: Envelope): void {
    if (!this.port.send(origin, encodeEnvelope(envelope, origin.session))) this.tally.undelivered++;
  }

  private report(error: unknown): void {
    if (this.emitter.listenerCount('error') > 0) this.emitter.emit('error', error);
    else this.logger.error(error);
  }

  private async drainAndClose(): Promise<void> {
    const deadline = setTimeout(
      () =>
        this.open.stopAll(new PenstockError('SHUTTING_DOWN', 'this server stopped before it had an answer')),
      this.options.drainMs ?? DRAIN_MS,
    );
    await this.open.whenIdle();
    clearTimeout(deadline);
    // Nest hands the last answers over in the next tick.
    await nextTurn();
    await this.port.close();
  }
}

function portOf(options: ZmqServerOptions, listener: PortListener): ServerPort<RouterSocket | SessionLink> {
  const lingerMs = options.lingerMs ?? LINGER_MS;
  if ('link' in options) return new LinkPort(options.link, lingerMs, listener);
  const { bind, maxMessageBytes, highWaterMark, receiveHighWaterMark, curve, admit } = options;
  return new RouterPort(
    {
      endpoint: bind,
      lingerMs,
      ...(maxMessageBytes === undefined ? {} : { maxMessageBytes }),
      ...(highWaterMark === undefined ? {} : { highWaterMark }),
      ...(receiveHighWaterMark === undefined ? {} : { receiveHighWaterMark }),
      ...(curve === undefined ? {} : { curve }),
      ...(admit === undefined ? {} : { admit }),
    },
    listener,
  );
}
