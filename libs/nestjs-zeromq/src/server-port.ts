import type { EnvelopeCall, SessionId } from '@penstock/protocol';

/** Where a message came from, and so where its answer goes. */
export interface Origin {
  readonly peer: Uint8Array;
  readonly session: SessionId;
}

/** What a port tells the server. */
export interface PortListener {
  onCall(origin: Origin, envelope: EnvelopeCall): void;
  onBatch(origin: Origin, kind: number, frames: Uint8Array[]): void | Promise<void>;
  onMalformed(origin: Origin, error: unknown): void;
  onUnreachable(peer: Uint8Array): void;
  /** False = nobody minds. */
  onStuck(peer: Uint8Array): boolean;
  onUp(): void;
  onDown(): void;
  onError(error: unknown): void;
}

/** The socket of a server: bound, with many peers, or dialling, with one. */
export interface ServerPort<Native> {
  /** What `unwrap()` gives. */
  readonly native: Native;
  /** Whether messages that were not understood are answered with `protocol.error`; a dialling end only counts them. */
  readonly answersErrors: boolean;
  /** @throws PenstockError when the endpoint cannot be used */
  open(): Promise<void>;
  /** Sends a control message; false when the peer is known to be gone. */
  send(origin: Origin, frame: Uint8Array): boolean;
  /** Frees the address; what was sent gets `lingerMs` to leave. */
  close(): Promise<void>;
}
