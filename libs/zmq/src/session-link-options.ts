import type { EnvelopeCall, PenstockError, SessionId } from '@penstock/protocol';
import type { BackoffOptions, Clock, Random, Timers } from '@penstock/runtime';
import type { CurveClient } from './curve.js';
import type { DealerSocket, DealerSocketOptions } from './dealer-socket.js';
import type { LivenessTerms } from './liveness.js';

/** Why a session is no more. */
export type LossReason =
  /** The connection went. */
  | 'disconnected'
  /** Nothing was heard for `lostMs`. */
  | 'silence'
  /** The balancer does not have this session: say hello again, resend what was not acknowledged. */
  | 'session.unknown'
  /** The balancer gave this session up: drop what it held. */
  | 'session.ended';

/** What the link needs to know of a welcome. */
export interface WelcomeTerms extends LivenessTerms {
  readonly session: SessionId;
}

/** A control message without its id. */
export interface OutgoingEvent {
  readonly pattern: string;
  readonly data: unknown;
}

/** A DEALER as far as a link needs one, so that a simulation can own its network. */
export type Dealer = Pick<DealerSocket, 'tellsConnection' | 'connect' | 'send' | 'close'>;

/** @throws PenstockError `INVALID_ADDRESS` */
export type OpenDealer = (options: DealerSocketOptions) => Dealer;

/** What a link may be told about where and how to connect. */
export interface SessionLinkSettings {
  /** Where the balancer is: `tcp://host:port`, `ipc://path`, `inproc://name`. */
  readonly endpoint: string;
  /** Pattern of the hello, such as `client.hello`. */
  readonly helloPattern: string;
  /** How long to wait for the answer to a hello. Default 5 s. */
  readonly helloTimeoutMs?: number;
  /** Wait between hellos that fail. Default 100 ms, doubled up to 5 s, with jitter. */
  readonly backoff?: BackoffOptions;
  /** Bytes of one frame; a longer one ends the connection. Default 17 MiB. */
  readonly maxMessageBytes?: number;
  /** With what it encrypts, and whom it dials. Default: in the clear, whoever is there. */
  readonly curve?: CurveClient;
  readonly clock?: Clock;
  readonly timers?: Timers;
  readonly random?: Random;
  /** Makes the socket of a try. Default: a {@link DealerSocket}. */
  readonly openDealer?: OpenDealer;
}

/** Options of a session link. */
export interface SessionLinkOptions extends SessionLinkSettings {
  /** The data of a hello, asked anew for each: what the peer holds changes. */
  readonly hello: () => unknown;
  /**
   * Takes the answer to a hello. Throwing a `PenstockError` that is not retryable closes the link with it; whatever
   * else is thrown is reported, and the hello tried again.
   */
  readonly onWelcome: (data: unknown) => WelcomeTerms;
  /** Called with each batch of this session; a returned promise holds up the next message. */
  readonly onBatch: (kind: number, frames: Uint8Array[]) => void | Promise<void>;
  /** Called with each event and call that the link does not treat itself. */
  readonly onEnvelope: (envelope: EnvelopeCall) => void;
  /** Called when a live session is lost; calls in flight have failed with `CONNECTION_LOST`. */
  readonly onLost: (reason: LossReason) => void;
  /** Called when the balancer refuses the peer for good: the link is closed with this error. */
  readonly onFailed: (error: PenstockError) => void;
  /** Called with what the other callbacks throw, and what the socket reports. */
  readonly onError: (error: unknown) => void;
  /** Called when a hello was not welcomed and will be tried again after `delayMs`. */
  readonly onHelloFailed?: (error: PenstockError, delayMs: number) => void;
  /** What to send when nothing was sent for `heartbeatMs`. Default: the event `session.heartbeat`. */
  readonly heartbeat?: () => OutgoingEvent;
}

/** What a link has seen since it was made. */
export interface SessionLinkCounters {
  /** Messages of the session. */
  readonly received: number;
  readonly sent: number;
  /** Messages that could not be decoded. */
  readonly malformed: number;
  /** Messages of an older session, and answers that nobody waits for. */
  readonly stale: number;
  /** Sessions lost. */
  readonly lost: number;
}

/** Options of closing a link. */
export interface SessionLinkCloseOptions {
  /** Event that tells the balancer that this peer goes for good, such as `hub.goodbye`. */
  readonly goodbyePattern?: string;
  /** For people; travels in the goodbye. */
  readonly reason?: string;
  /** How long unsent messages may hold up the end of the process. Default 500 ms with a goodbye, otherwise 0. */
  readonly lingerMs?: number;
}
