import type { CurveKeys, Judge } from '@penstock/zmq';
import type { ZmqLinkOptions } from './link-port.js';

interface CommonOptions {
  /** Tells this strategy from others of the same application: `@MessagePattern('sum', transportId)`. */
  readonly transportId?: symbol;
  /** Handlers that may be at work at a time; over it a call is refused with `QUEUE_FULL`. Default 10,000. */
  readonly maxOpenHandlers?: number;
  /** How long `close()` waits for the handlers at work before it ends them with `SHUTTING_DOWN`. Default 5 s. */
  readonly drainMs?: number;
  /** How long answers that are not yet sent may hold up the end of the process after `close()`. Default 500 ms. */
  readonly lingerMs?: number;
}

/** A server that binds a ROUTER. */
export interface ZmqBindOptions extends CommonOptions {
  /** Where to bind: `tcp://127.0.0.1:5555`, `tcp://127.0.0.1:*` (any free port), `ipc://path`, `inproc://name`. */
  readonly bind: string;
  /** Bytes of one frame; a peer that sends a larger one is disconnected. Default 1 MiB, a control message. */
  readonly maxMessageBytes?: number;
  /** Messages queued per peer and direction. Default 0 = no bound, where memory is bound by the protocol above. */
  readonly highWaterMark?: number;
  /** Messages received and not yet read, per peer: over it the peer is held up. Default: the high-water mark. */
  readonly receiveHighWaterMark?: number;
  /** With what it encrypts. Default: in the clear. */
  readonly curve?: CurveKeys;
  /** Asked once per connection whether it may come in. Default: everybody may. */
  readonly admit?: Judge;
  /**
   * Calls that a connection may make in a second, on the average of ten; over it they are refused with `RATE_EXCEEDED`.
   * Default: no bound but `maxOpenHandlers`.
   */
  readonly callsPerSecond?: number;
}

/** A server that dials: it serves the other end of a session link. */
export interface ZmqDialOptions extends CommonOptions {
  readonly link: ZmqLinkOptions;
}

/** Options of a {@link ZmqServer}. */
export type ZmqServerOptions = ZmqBindOptions | ZmqDialOptions;
