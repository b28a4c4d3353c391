import type { CurveClient } from '@penstock/zmq';

/** Options of a {@link ZmqClient}. */
export interface ZmqClientOptions {
  /** Where the server is bound: `tcp://host:port`, `ipc://path`, `inproc://name`. */
  readonly endpoint: string;
  /**
   * How long a request may take, the wait for the connection included; a streamed answer gets it anew with each
   * value. Also how long `connect()` and `emit()` wait for the connection. Default 10 s; a {@link ZmqRecord} sets
   * another for one request.
   */
  readonly timeoutMs?: number;
  /** Requests that may be open at a time, and messages queued to be sent; over it `OUTBOX_FULL`. Default 10,000. */
  readonly maxOpenRequests?: number;
  /** Bytes of one frame; a longer one ends the connection. Default 17 MiB. */
  readonly maxMessageBytes?: number;
  /** With what it encrypts, and whom it dials. Default: in the clear, whoever is there. */
  readonly curve?: CurveClient;
}
