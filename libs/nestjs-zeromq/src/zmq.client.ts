import { EventEmitter } from 'node:events';
import { Logger } from '@nestjs/common';
import { ClientProxy, type PacketMetadata, type ReadPacket, type WritePacket } from '@nestjs/microservices';
import { encodeEnvelope, isCall, Pattern, PenstockError } from '@penstock/protocol';
import { systemClock } from '@penstock/runtime';
import { DealerSocket, readIncoming, ReadyGate, transportOf, WakeUp } from '@penstock/zmq';
import { Observable } from 'rxjs';
import { OpenRequests } from './open-requests.js';
import type { ZmqClientOptions } from './zmq.client-options.js';
import type { ZmqClientEvents, ZmqStatus } from './zmq.events.js';
import { ZmqRecord } from './zmq.record.js';

const TIMEOUT_MS = 10_000;
const OPEN_REQUESTS_MAX = 10_000;

/**
 * The client side of the transport: `ClientsModule.register([{ name, customClass: ZmqClient, options }])`.
 *
 * It dials when it is first used. A request that finds no connection waits for one until its deadline, and is not sent
 * after that; a lost connection fails what was sent on it with `CONNECTION_LOST`, and the next request dials anew.
 */
export class ZmqClient extends ClientProxy<ZmqClientEvents> {
  private readonly clock = systemClock;
  private readonly logger = new Logger(ZmqClient.name);
  private readonly emitter = new EventEmitter();
  private readonly requests = new OpenRequests();
  private readonly gate = new ReadyGate();
  private readonly wakeUp = new WakeUp(this.clock, (now) => this.expire(now));
  private socket: DealerSocket | undefined;
  private isConnected = false;
  private isClosed = false;
  private sequence = 0;

  /** @throws PenstockError `INVALID_ADDRESS` */
  constructor(private readonly options: ZmqClientOptions) {
    super();
    transportOf(options.endpoint);
  }

  /** Whether the connection is up, now and whenever that changes. */
  override get status(): Observable<ZmqStatus> {
    // ClientsModule takes only clients whose status is any text.
    return super.status as Observable<ZmqStatus>;
  }

  /**
   * Resolves when the connection is up; over inproc, which has none, at once. Need not be called: a request dials.
   *
   * @throws PenstockError `DEADLINE_EXCEEDED` after `timeoutMs`, `CLOSED`
   */
  async connect(): Promise<void> {
    this.dial();
    if (this.isConnected) return;
    const deadline = this.clock.monotonicMs() + this.timeoutMs;
    const connected = this.gate.wait(deadline);
    this.wakeUp.noLaterThan(deadline);
    await connected;
  }

  /** Fails open requests with `CLOSED` and closes the socket, for good. May be called more than once. */
  close(): void {
    if (this.isClosed) return;
    this.isClosed = true;
    this.wakeUp.stop();
    this.hangUp(this.closedError());
    this.gate.fail(this.closedError());
  }

  override on<Event extends keyof ZmqClientEvents, Callback extends ZmqClientEvents[Event]>(
    event: Event,
    callback: Callback,
  ): void {
    this.emitter.on(event, callback);
  }

  /**
   * The `DealerSocket`.
   *
   * @throws PenstockError `CONNECTION_LOST` when there is none
   */
  unwrap<T = DealerSocket>(): T {
    if (this.socket === undefined)
      throw new PenstockError('CONNECTION_LOST', 'connect() first: there is no socket');
    return this.socket as T;
  }

  /**
   * A request, sent when the result is subscribed to. Unlike in Nest's own clients its deadline covers the wait for
   * the connection.
   */
  override send<Result = unknown, Input = unknown>(pattern: unknown, data: Input): Observable<Result> {
    // The base class refuses what cannot be sent.
    if (isNil(pattern) || isNil(data)) return super.send<Result, Input>(pattern, data);
    return new Observable<Result>((observer) =>
      this.publish(this.createPacket(pattern, data), this.createObserver(observer)),
    );
  }

  protected publish(packet: ReadPacket, callback: (packet: WritePacket) => void): () => void {
    const id = String(++this.sequence);
    try {
      const { frame, pattern, timeoutMs } = this.encode(packet, id);
      if (this.requests.size >= this.maxOpenRequests) {
        throw new PenstockError('OUTBOX_FULL', `${this.maxOpenRequests} requests are open already`);
      }
      this.dial();
      const deadline = this.clock.monotonicMs() + timeoutMs;
      const isSent = this.isConnected;
      this.requests.add(id, { pattern, timeoutMs, callback, deadline, frame: isSent ? undefined : frame });
      this.wakeUp.noLaterThan(deadline);
      if (isSent) this.socket?.send([frame]);
    } catch (err) {
      callback({ err, isDisposed: true });
    }
    return () => this.requests.drop(id);
  }

  /** Resolves when the event is handed to a connection. */
  protected async dispatchEvent<T>(packet: ReadPacket): Promise<T> {
    this.socket?.send([this.encode(packet).frame]);
    return undefined as T;
  }

  private get timeoutMs(): number {
    return this.options.timeoutMs ?? TIMEOUT_MS;
  }

  private get maxOpenRequests(): number {
    return this.options.maxOpenRequests ?? OPEN_REQUESTS_MAX;
  }

  private encode(packet: ReadPacket<unknown>, id?: string) {
    const pattern = this.normalizePattern(packet.pattern);
    const record = packet.data instanceof ZmqRecord ? packet.data : new ZmqRecord(packet.data);
    const metadata: PacketMetadata = { ...record.options.metadata, ...packet.metadata };
    const frame = encodeEnvelope({
      pattern,
      data: record.data,
      ...(id === undefined ? {} : { id }),
      ...(Object.keys(metadata).length === 0 ? {} : { metadata }),
    });
    return { frame, pattern, timeoutMs: record.options.timeoutMs ?? this.timeoutMs };
  }

  /** Makes a socket unless there is one: a fresh one for each connection, so that nothing stale is sent on it. */
  private dial(): void {
    if (this.isClosed) throw this.closedError();
    if (this.socket !== undefined) return;
    const { endpoint, maxMessageBytes, curve } = this.options;
    const socket = new DealerSocket({
      endpoint,
      highWaterMark: this.maxOpenRequests,
      ...(maxMessageBytes === undefined ? {} : { maxMessageBytes }),
      ...(curve === undefined ? {} : { curve }),
      onMessage: (frames) => this.onMessage(frames),
      onConnected: () => this.onConnected(),
      onDisconnected: () => this.onDisconnected(),
      onRefused: (error) => this.onRefused(error),
      onError: (error) => this.report(error),
    });
    socket.connect();
    this.socket = socket;
    if (!socket.tellsConnection) this.onConnected();
  }

  private onConnected(): void {
    this.isConnected = true;
    for (const frame of this.requests.takeUnsent()) this.socket?.send([frame]);
    this.gate.open();
    this._status$.next('connected');
    this.emitter.emit('connected');
  }

  private onDisconnected(): void {
    this.hangUp(
      new PenstockError(
        'CONNECTION_LOST',
        `the connection to ${this.options.endpoint} was lost before the answer came`,
      ),
    );
  }

  /** Whoever waits is told; the next request dials anew. */
  private onRefused(error: PenstockError): void {
    this.hangUp(error);
    this.gate.fail(error);
  }

  private hangUp(error: PenstockError): void {
    const wasConnected = this.isConnected;
    this.isConnected = false;
    this.socket?.close();
    this.socket = undefined;
    this.requests.failAll(error);
    if (!wasConnected) return;
    this._status$.next('disconnected');
    this.emitter.emit('disconnected');
  }

  private onMessage(frames: Uint8Array[]): void {
    const { envelope } = readIncoming(frames);
    if (envelope === undefined) return;
    if (!isCall(envelope)) this.requests.settle(envelope, this.clock.monotonicMs());
    else if (envelope.pattern === Pattern.protocolError) this.report(PenstockError.fromWire(envelope.data));
  }

  private expire(now: number): number {
    return Math.min(this.requests.expire(now), this.gate.expire(now, this.options.endpoint));
  }

  private report(error: unknown): void {
    if (this.emitter.listenerCount('error') > 0) this.emitter.emit('error', error);
    else this.logger.error(error);
  }

  private closedError(): PenstockError {
    return new PenstockError('CLOSED', `the client of ${this.options.endpoint} is closed`);
  }
}

function isNil(value: unknown): value is null | undefined {
  return value === null || value === undefined;
}
