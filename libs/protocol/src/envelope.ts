import { PenstockError } from './errors.js';
import { HEAD_BYTES, Kind, NO_SESSION, readHead, viewOf, writeHead, type SessionId } from './frame.js';
import { limits } from './limits.js';

/** A control message that wants an answer (`id` set) or none (an event). */
export interface EnvelopeCall {
  readonly pattern: string;
  readonly data: unknown;
  /** Chosen by the caller, unique among its open calls; absent on events. */
  readonly id?: string;
  /** Out-of-band values, such as a trace context. */
  readonly metadata?: unknown;
}

/** One answer to a call; a streamed answer has several, the last one `isDisposed`. */
export interface EnvelopeReply {
  readonly id: string;
  readonly response?: unknown;
  /** A `WireError`, if the peer keeps to the protocol. */
  readonly err?: unknown;
  readonly isDisposed?: boolean;
}

/** The body of an envelope: a call or event has a `pattern`, a reply has none. */
export type Envelope = EnvelopeCall | EnvelopeReply;

/** Tells calls and events from replies. */
export function isCall(envelope: Envelope): envelope is EnvelopeCall {
  return 'pattern' in envelope;
}

const encoder = new TextEncoder();
const decoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

/**
 * Encodes a control message: the head, then the JSON text.
 *
 * @throws PenstockError `TOO_LARGE` over `limits.envelopeBytes`; `INVALID_MESSAGE` when `envelope` is not JSON
 */
export function encodeEnvelope(envelope: Envelope, session: SessionId = NO_SESSION): Uint8Array {
  let text: string;
  try {
    text = JSON.stringify(envelope);
  } catch (cause) {
    throw new PenstockError('INVALID_MESSAGE', 'a control message must be JSON', { cause });
  }
  const body = encoder.encode(text);
  const length = HEAD_BYTES + body.byteLength;
  if (length > limits.envelopeBytes) throw tooLarge(length);
  const frame = new Uint8Array(length);
  const { epoch, number } = session;
  writeHead(viewOf(frame), { kind: Kind.envelope, flags: 0, epoch, number, count: 0, stringsBytes: 0 });
  frame.set(body, HEAD_BYTES);
  return frame;
}

/**
 * Decodes a control message whose head says `Kind.envelope`.
 *
 * @throws PenstockError `TOO_LARGE`, `MALFORMED_FRAME` (no UTF-8, no JSON) or `INVALID_MESSAGE` (no envelope, too deep)
 */
export function decodeEnvelope(frame: Uint8Array): { session: SessionId; envelope: Envelope } {
  if (frame.byteLength > limits.envelopeBytes) throw tooLarge(frame.byteLength);
  const { epoch, number } = readHead(frame);
  let body: unknown;
  try {
    body = JSON.parse(decoder.decode(frame.subarray(HEAD_BYTES)));
  } catch (cause) {
    throw new PenstockError('MALFORMED_FRAME', 'a control message must be JSON in UTF-8', { cause });
  }
  return { session: { epoch, number }, envelope: checkEnvelope(body) };
}

function checkEnvelope(body: unknown): Envelope {
  if (typeof body !== 'object' || body === null || Array.isArray(body)) {
    throw new PenstockError('INVALID_MESSAGE', 'a control message is a JSON object');
  }
  sanitize(body, limits.envelopeDepth);
  const { pattern, id } = body as { pattern?: unknown; id?: unknown };
  if (id !== undefined && (typeof id !== 'string' || id.length > 64)) {
    throw new PenstockError('INVALID_MESSAGE', 'an id is a string of at most 64 characters');
  }
  if ('pattern' in body) {
    if (typeof pattern !== 'string' || pattern.length === 0 || pattern.length > 128) {
      throw new PenstockError('INVALID_MESSAGE', 'a pattern is a string of 1 to 128 characters');
    }
    return body as EnvelopeCall;
  }
  if (id === undefined)
    throw new PenstockError('INVALID_MESSAGE', 'a message without pattern needs the id it answers');
  return body as EnvelopeReply;
}

/**
 * Drops each property named `__proto__`, which later copies would turn into a prototype, and refuses what nests deeper
 * than `depth`. A reviver given to JSON.parse would recurse through hostile nesting before anything could refuse it.
 */
function sanitize(value: object, depth: number): void {
  if (depth === 0) {
    throw new PenstockError(
      'INVALID_MESSAGE',
      `a control message nests at most ${limits.envelopeDepth} levels`,
    );
  }
  if (Object.hasOwn(value, '__proto__')) Reflect.deleteProperty(value, '__proto__');
  for (const child of Object.values(value) as unknown[]) {
    if (typeof child === 'object' && child !== null) sanitize(child, depth - 1);
  }
}

function tooLarge(bytes: number): PenstockError {
  return new PenstockError(
    'TOO_LARGE',
    `a control message has at most ${limits.envelopeBytes} bytes, this one ${bytes}`,
    {
      details: { limit: limits.envelopeBytes, bytes },
    },
  );
}
