/** What {@link ZmqServer.on} tells; a type alias, because Nest wants an index signature. */
export type ZmqServerEvents = {
  /** The socket is bound; with the port that was chosen for `*`. Not with a link. */
  listening: (endpoint: string) => void;
  /** A message could not be sent because this peer is gone. Not with a link. */
  unreachable: (peer: Uint8Array) => void;
  /**
   * A message was dropped because this peer does not read, and as many wait for it as may. Reported as an error
   * (`OUTBOX_FULL`) when nobody listens. Not with a link.
   */
  stuck: (peer: Uint8Array) => void;
  /** What nobody else was told of: faults of the socket, and of the code that it calls. Logged when nobody listens. */
  error: (error: unknown) => void;
};

/** What {@link ZmqClient.on} tells. */
export type ZmqClientEvents = {
  connected: () => void;
  disconnected: () => void;
  /** The server did not understand an event of ours, or the socket reports a fault. Logged when nobody listens. */
  error: (error: unknown) => void;
};

/** What `status` emits. */
export type ZmqStatus = 'connected' | 'disconnected';
