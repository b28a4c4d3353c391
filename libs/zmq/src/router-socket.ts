import { limits, PenstockError } from '@penstock/protocol';
import { invariant, systemClock } from '@penstock/runtime';
import { Router } from 'zeromq';
import { bindSocket } from './bind-socket.js';
import { ConnectionCount } from './connection-count.js';
import { curveServerSettings, type CurveKeys } from './curve.js';
import { addressInUse, endpointError, errnoCode, transportOf, type Transport } from './endpoint.js';
import { isIpcServed } from './ipc-probe.js';
import { readLoop } from './read-loop.js';
import { listeningSettings } from './socket-settings.js';
import { zapHandler, type Judge } from './zap.js';

/** Options of a {@link RouterSocket}. */
export interface RouterSocketOptions {
  /** Where to bind: `tcp://127.0.0.1:5799`, `tcp://127.0.0.1:*` (any free port), `ipc://path`, `inproc://name`. */
  readonly endpoint: string;
  /**
   * Called with each message. `peer` is the sender's routing id, the address for {@link RouterSocket.send}. A returned
   * promise holds up the next message of *every* peer: return one only for short work whose order matters.
   */
  readonly onMessage: (peer: Uint8Array, frames: Uint8Array[]) => void | Promise<void>;
  /** Called when a message could not be sent because its peer is gone. */
  readonly onUnreachable?: (peer: Uint8Array) => void;
  /** Called when a message was dropped because its peer does not read: so many wait for it as may. Default: `onError`. */
  readonly onStuck?: (peer: Uint8Array) => void;
  /** Called with what `onMessage` throws, and with `OUTBOX_FULL` when a bounded socket refuses a message. */
  readonly onError: (error: unknown) => void;
  /** Bytes of one frame; a peer that sends a larger one is disconnected. Default 1 MiB, a control message. */
  readonly maxMessageBytes?: number;
  /**
   * Messages queued per peer and direction. Default 0 = no bound: for sockets whose memory is bound by
   * unacknowledged bytes.
   */
  readonly highWaterMark?: number;
  /** Messages received and not yet read, per peer: over it the peer is held up. Default: the high-water mark. */
  readonly receiveHighWaterMark?: number;
  /** How long messages that are not yet sent may hold up the end of the process after {@link RouterSocket.close}. Default 0. */
  readonly lingerMs?: number;
  /** With what it encrypts. Default: in the clear. Without effect over inproc, as is `admit`. */
  readonly curve?: CurveKeys;
  /** Asked once per connection whether it may come in, when its handshake is nearly done. Default: everybody may. */
  readonly admit?: Judge;
}

/** What a socket has done since it was made. */
export interface SocketCounters {
  readonly received: number;
  readonly sent: number;
  /** Messages that were dropped because their peer is gone. */
  readonly unreachable: number;
  /** Connections that are open, be it that they have shaken hands or not. */
  readonly connections: number;
  /** Of these, those that have not: strangers for all that is known, and gone within seconds. */
  readonly handshaking: number;
  /**
   * Connections that ended in their handshake: no key, another one than ours expected of us, nothing said in time, or, some
   * seconds later, another protocol. Those that `admit` turned away are for that to count.
   */
  readonly handshakesFailed: number;
}

/** Domains of this process, so that each has a name of its own. */
let domains = 0;

/** A ROUTER: one bound socket, many peers. */
export class RouterSocket {
  private readonly socket: Router;
  private readonly transport: Transport;
  private readonly tally = { received: 0, sent: 0, unreachable: 0 };
  private readonly count = new ConnectionCount(systemClock);
  private readonly domain = `penstock-${++domains}`;
  private boundEndpoint: string | undefined;
  private closing: Promise<void> | undefined;

  /** @throws PenstockError `INVALID_ADDRESS`, `CURVE_MISSING` */
  constructor(private readonly options: RouterSocketOptions) {
    const { endpoint, maxMessageBytes = limits.envelopeBytes, highWaterMark = 0, curve, admit } = options;
    const { receiveHighWaterMark = highWaterMark } = options;
    this.transport = transportOf(endpoint);
    this.socket = new Router({
      ...listeningSettings(endpoint, { maxMessageBytes, highWaterMark, receiveHighWaterMark }),
      // An unknown peer is an error instead of silence.
      mandatory: true,
      ...(curve === undefined ? {} : curveServerSettings(curve)),
      ...(curve === undefined && admit === undefined
        ? {}
        : { zapDomain: this.domain, zapEnforceDomain: true }),
    });
    if (this.transport !== 'inproc') this.countConnections();
  }

  /** Where the socket is bound, with the port that was chosen for `*`. Before {@link bind}: what was asked for. */
  get endpoint(): string {
    return this.boundEndpoint ?? this.options.endpoint;
  }

  get counters(): SocketCounters {
    const { open: connections, handshaking, handshakesFailed } = this.count;
    return { ...this.tally, connections, handshaking, handshakesFailed };
  }

  /**
   * Binds and starts to read.
   *
   * @throws PenstockError `ADDRESS_IN_USE`, `INVALID_ADDRESS`, or `CLOSED` when closed meanwhile; the socket is closed then
   */
  async bind(): Promise<void> {
    invariant(this.boundEndpoint === undefined, 'ZMQ-001', 'a router is bound once');
    const { endpoint, curve, admit = () => true } = this.options;
    try {
      if (curve !== undefined || this.options.admit !== undefined)
        await zapHandler.register(this.domain, admit);
      // libzmq would unlink the file and silently take the address over from a living server.
      if (this.transport === 'ipc' && (await isIpcServed(endpoint))) throw addressInUse(endpoint);
      await bindSocket(this.socket, endpoint, this.transport);
    } catch (error) {
      this.socket.close();
      await this.leaveDomain();
      throw error instanceof PenstockError ? error : endpointError(endpoint, error);
    }
    if (this.socket.closed) throw new PenstockError('CLOSED', `${endpoint} was closed before it was bound`);
    this.boundEndpoint = this.socket.lastEndpoint ?? endpoint;
    void readLoop(this.socket, (message) => this.onMessage(message), this.options.onError);
  }

  /** Sends to a peer. Never waits; what cannot be sent is dropped and told by `onUnreachable` or `onError`. */
  send(peer: Uint8Array, frames: readonly Uint8Array[]): void {
    if (this.socket.closed) return;
    this.tally.sent++;
    this.socket.send([peer, ...frames]).then(undefined, (error: unknown) => this.onSendError(peer, error));
  }

  /** Ends the read loop. Resolves when the address is free again; may be called more than once. */
  close(): Promise<void> {
    this.closing ??= this.release();
    return this.closing;
  }

  private onMessage(message: Uint8Array[]): void | Promise<void> {
    const peer = message.shift();
    if (peer === undefined) return undefined;
    this.tally.received++;
    return this.options.onMessage(peer, message);
  }

  private onSendError(peer: Uint8Array, error: unknown): void {
    const code = errnoCode(error);
    if (code === 'EHOSTUNREACH') {
      this.tally.unreachable++;
      this.options.onUnreachable?.(peer);
    } else if (code === 'EAGAIN' && this.options.onStuck !== undefined) {
      this.options.onStuck(peer);
    } else if (code === 'EAGAIN') {
      this.options.onError(
        new PenstockError('OUTBOX_FULL', 'a peer does not read as fast as we write to it', { cause: error }),
      );
    } else {
      this.options.onError(error);
    }
  }

  private async release(): Promise<void> {
    const { socket, boundEndpoint } = this;
    if (socket.closed) return;
    socket.linger = this.options.lingerMs ?? 0;
    const released =
      boundEndpoint === undefined || this.transport === 'inproc' ? undefined : addressReleased(socket);
    socket.close();
    await released;
    await this.leaveDomain();
  }

  private async leaveDomain(): Promise<void> {
    await zapHandler.unregister(this.domain);
  }

  private countConnections(): void {
    const { count } = this;
    const { events } = this.socket;
    events.on('accept', () => count.onAccepted());
    events.on('disconnect', () => count.onEnded());
    events.on('handshake', () => count.onShaken());
    events.on('handshake:error:protocol', () => count.onFailed());
    events.on('handshake:error:other', () => count.onFailed());
    events.on('handshake:error:auth', () => count.onRefused());
  }
}

/** Resolves when libzmq's I/O thread has closed the listener, at the latest when the whole socket is gone. */
function addressReleased(socket: Router): Promise<void> {
  const { promise, resolve } = Promise.withResolvers<void>();
  socket.events.on('close', () => resolve());
  socket.events.on('end', () => resolve());
  return promise;
}
