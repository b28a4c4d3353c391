import { isIpv6 } from './endpoint.js';

/** What every socket of Penstock sets. All times in milliseconds. */
const common = {
  // The default would let a process that wants to end wait for ever for a peer that is gone.
  linger: 0,
  // A port scanner holds a connection for no longer than this.
  handshakeInterval: 5_000,
  // send() settles at once: what cannot be queued is refused, and nothing waits inside the binding.
  sendTimeout: 0,
};

/** ZMTP's own heartbeats prove the connection, not the program: they find a cut cable or a stopped machine. */
const heartbeats = { heartbeatInterval: 2_000, heartbeatTimeout: 6_000, heartbeatTimeToLive: 6_000 };

/**
 * A socket that holds its peers up has none of them, and what dials sends it none: libzmq stops to poll a connection that
 * is held up, and where that is reset meanwhile, the next heartbeat, be it due or among what was received, finds an error
 * in it and ends the whole process (libzmq 4.3.5, issue 4841). Sessions have heartbeats of their own, which find out as
 * well, and so do the kernel's.
 */
const keepalive = { tcpKeepalive: 1, tcpKeepaliveIdle: 10, tcpKeepaliveInterval: 5, tcpKeepaliveCount: 3 };

/** Settings of a socket that may reconnect: libzmq adds jitter and doubles the wait up to the maximum. */
const dialling = { connectTimeout: 5_000, reconnectInterval: 100, reconnectMaxInterval: 5_000 };

/** Connections that the system holds until libzmq takes them: all peers come back at once when a balancer is started anew. */
const BACKLOG = 1_024;

/** Bounds that differ from socket to socket. */
export interface SocketBounds {
  /** Bytes of one frame; a peer that sends a larger one is disconnected. */
  readonly maxMessageBytes: number;
  /** Messages queued per peer and direction; 0 = no bound, for sockets whose memory is bound by credit. */
  readonly highWaterMark: number;
  /** Messages received and not yet read, per peer: over it the peer is held up. Default: the high-water mark. */
  readonly receiveHighWaterMark?: number;
}

/** Settings for a socket that binds `endpoint`. */
export function listeningSettings(endpoint: string, bounds: SocketBounds) {
  const { highWaterMark, receiveHighWaterMark = highWaterMark } = bounds;
  const proof = receiveHighWaterMark === 0 ? heartbeats : keepalive;
  return { ...common, backlog: BACKLOG, ...proof, ...boundsOf(bounds), ipv6: isIpv6(endpoint) };
}

/** Settings for a socket that dials `endpoint`. */
export function diallingSettings(endpoint: string, bounds: SocketBounds) {
  return { ...common, ...dialling, ...keepalive, ...boundsOf(bounds), ipv6: isIpv6(endpoint) };
}

function boundsOf({ maxMessageBytes, highWaterMark, receiveHighWaterMark = highWaterMark }: SocketBounds) {
  return {
    maxMessageSize: maxMessageBytes,
    sendHighWaterMark: highWaterMark,
    receiveHighWaterMark,
  };
}
