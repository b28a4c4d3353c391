import { PenstockError } from '@penstock/protocol';
import { invariant } from '@penstock/runtime';
import { Dealer } from 'zeromq';
import { curveClientSettings, type CurveClient } from './curve.js';
import { endpointError, errnoCode, transportOf } from './endpoint.js';
import { readLoop } from './read-loop.js';
import { diallingSettings } from './socket-settings.js';

/** Bytes of one frame that a dialling socket takes by default: a payload of 16 MiB and what goes with it. */
const DIALLED_MESSAGE_BYTES = 17 * 1024 * 1024;

/** Options of a {@link DealerSocket}. */
export interface DealerSocketOptions {
  /** Where to dial: `tcp://host:port`, `ipc://path`, `inproc://name`. */
  readonly endpoint: string;
  /** Called with each message; a returned promise holds up the next one. */
  readonly onMessage: (frames: Uint8Array[]) => void | Promise<void>;
  /** Called each time the connection is up. Never over inproc, which has no connections. */
  readonly onConnected?: () => void;
  /** Called each time the connection is lost; over inproc only when a message finds the peer gone. */
  readonly onDisconnected?: () => void;
  /**
   * Called with `KEY_REFUSED` when the other end does not let us in, or is not the one that it should be. The socket is of
   * no more use then.
   */
  readonly onRefused?: (error: PenstockError) => void;
  /** Called with what `onMessage` throws, and with `OUTBOX_FULL` when a bounded socket refuses a message. */
  readonly onError: (error: unknown) => void;
  /** Bytes of one frame; a peer that sends a larger one is disconnected. Default 17 MiB. */
  readonly maxMessageBytes?: number;
  /** Messages queued per direction. Default 0 = no bound: for sockets whose memory is bound by credit. */
  readonly highWaterMark?: number;
  /** With what it encrypts, and whom it dials. Default: in the clear, whoever is there. Without effect over inproc. */
  readonly curve?: CurveClient;
}

/** A DEALER: one peer, dialled; libzmq reconnects by itself, with back-off and jitter. */
export class DealerSocket {
  /** Whether `onConnected` will be called: everywhere but over inproc. */
  readonly tellsConnection: boolean;
  private readonly socket: Dealer;
  private isConnected = false;

  /** @throws PenstockError `INVALID_ADDRESS`, `CURVE_MISSING` */
  constructor(private readonly options: DealerSocketOptions) {
    const { endpoint, maxMessageBytes = DIALLED_MESSAGE_BYTES, highWaterMark = 0, curve } = options;
    this.tellsConnection = transportOf(endpoint) !== 'inproc';
    this.socket = new Dealer({
      ...diallingSettings(endpoint, { maxMessageBytes, highWaterMark }),
      ...(curve === undefined ? {} : curveClientSettings(curve)),
    });
  }

  /**
   * Begins to dial, and to read. Messages sent before the connection is up wait for it.
   *
   * @throws PenstockError `INVALID_ADDRESS` when the endpoint's host is none
   */
  connect(): void {
    const { endpoint, onMessage, onError } = this.options;
    invariant(!this.socket.closed, 'ZMQ-002', 'a closed dealer does not connect');
    if (this.tellsConnection) this.watchConnection();
    try {
      this.socket.connect(endpoint);
    } catch (error) {
      this.socket.close();
      throw endpointError(endpoint, error);
    }
    void readLoop(this.socket, onMessage, onError);
  }

  /** Sends without waiting; after {@link close} it does nothing. */
  send(frames: readonly Uint8Array[]): void {
    if (this.socket.closed) return;
    this.socket.send(frames as Uint8Array[]).then(undefined, this.onSendError);
  }

  /**
   * Closes for good; what is queued and unread is dropped.
   *
   * @param lingerMs how long what is queued to be sent may hold up the end of the process
   */
  close(lingerMs = 0): void {
    if (this.socket.closed) return;
    this.socket.linger = lingerMs;
    this.socket.close();
  }

  private watchConnection(): void {
    const { events } = this.socket;
    events.on('handshake', () => {
      this.isConnected = true;
      if (!this.socket.closed) this.options.onConnected?.();
    });
    const { endpoint, curve } = this.options;
    events.on('handshake:error:auth', () => this.onRefused(`${endpoint} does not admit this key`));
    events.on('handshake:error:protocol', () =>
      this.onRefused(
        curve === undefined
          ? `${endpoint} speaks another protocol, or lets nobody in without a key (PENSTOCK_KEY)`
          : `${endpoint} speaks another protocol, or is open to all and has no keys`,
      ),
    );
    events.on('handshake:error:other', () => {
      // Without keys it is a connection that broke early, and libzmq tries again.
      if (curve !== undefined)
        this.onRefused(
          `${endpoint} broke off the handshake: it may not have the key that this one expects of it`,
        );
    });
    events.on('disconnect', () => {
      // Not after a failed handshake: there was no connection then.
      if (!this.isConnected) return;
      this.isConnected = false;
      // What the peer sent before it went is read first.
      setImmediate(this.onDisconnected);
    });
  }

  private onRefused(reason: string): void {
    if (!this.socket.closed) this.options.onRefused?.(new PenstockError('KEY_REFUSED', reason));
  }

  private readonly onDisconnected = (): void => {
    if (!this.socket.closed) this.options.onDisconnected?.();
  };

  private readonly onSendError = (error: unknown): void => {
    if (errnoCode(error) !== 'EAGAIN') this.options.onError(error);
    else if (!this.tellsConnection) this.onDisconnected();
    else
      this.options.onError(
        new PenstockError('OUTBOX_FULL', 'the peer does not read as fast as we write to it'),
      );
  };
}
