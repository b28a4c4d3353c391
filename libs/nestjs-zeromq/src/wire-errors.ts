import { isErrorCode, PenstockError, type WireError } from '@penstock/protocol';

/**
 * What a reply carries of what a handler failed with. Nest's exception filters come first: they turn an
 * `RpcException` into its object, which passes as it is, and whatever else was thrown into "Internal server error".
 */
export function toReplyError(error: unknown): WireError | object {
  if (error instanceof PenstockError) return error.toWire();
  if (error instanceof Error || typeof error !== 'object' || error === null) return toWireError(error);
  return isNestStatus(error) ? toWireError(error) : error;
}

/** What a `protocol.error` carries: always an error of the protocol. */
export function toWireError(error: unknown): WireError {
  if (error instanceof PenstockError) return error.toWire();
  if (typeof error === 'string') return new PenstockError('INTERNAL', error).toWire();
  // The text of a stray Error is for the log, not for the peer.
  if (error instanceof Error || typeof error !== 'object' || error === null) {
    return new PenstockError('INTERNAL', 'Internal server error').toWire();
  }
  return PenstockError.fromWire(error).toWire();
}

/** What a caller gets: an error of the protocol as a `PenstockError`, an application's own object as it is. */
export function fromReplyError(error: unknown): unknown {
  const code = (error as { code?: unknown } | null)?.code;
  return isErrorCode(code) ? PenstockError.fromWire(error) : error;
}

/** The form that Nest's own filter gives to an `RpcException` of a text, and to everything that it does not know. */
function isNestStatus(error: object): boolean {
  const { status, message } = error as { status?: unknown; message?: unknown };
  return status === 'error' && typeof message === 'string' && Object.keys(error).length === 2;
}
