import { ContentType, EMPTY, PenstockError, type BatchReader, type Bytes } from '@penstock/protocol';
import { pathOfNonJson } from './non-json.js';

/** A value as it travels. */
export interface EncodedPayload {
  readonly contentType: ContentType;
  readonly payload: Bytes;
}

const NULL: EncodedPayload = { contentType: ContentType.json, payload: bytesOf(Buffer.from('null')) };

/**
 * A task's payload as it travels: a `Uint8Array` as its bytes, which are not copied; anything else as JSON, and
 * `undefined` as `null`.
 *
 * @throws PenstockError `INVALID_MESSAGE` when it is neither bytes nor JSON
 */
export function encodePayload(value: unknown): EncodedPayload {
  if (value instanceof Uint8Array) return { contentType: ContentType.bytes, payload: bytesOf(value) };
  if (value === undefined) return NULL;
  return { contentType: ContentType.json, payload: bytesOf(Buffer.from(toJson(value))) };
}

function toJson(value: unknown): string {
  let text: string | undefined;
  let cause: unknown;
  try {
    text = JSON.stringify(value);
  } catch (error) {
    cause = error;
  }
  if (text !== undefined) return text;
  const path = pathOfNonJson(value);
  const why = cause instanceof Error ? cause.message : `it is a ${typeof value}`;
  throw new PenstockError(
    'INVALID_MESSAGE',
    `a payload is JSON or a Uint8Array; ${path === '' ? 'this one' : `its ${path}`} is neither: ${why}`,
    { details: { path }, cause },
  );
}

/** What a handler returned. */
export type Content = { readonly value: unknown } | { readonly error: PenstockError };

/** The current record's body as a value. Bytes are a copy, unless the frame holds nothing else. */
export function decodeContent(record: BatchReader & { readonly contentType: number }): Content {
  const { payloadFrame, payloadOffset, payloadLength } = record;
  if (record.contentType === ContentType.bytes) return { value: bytesIn(record) };
  if (payloadLength === 0) return { value: null };
  const text = asBuffer(payloadFrame).toString('utf8', payloadOffset, payloadOffset + payloadLength);
  try {
    return { value: JSON.parse(text) };
  } catch (cause) {
    return {
      error: new PenstockError('INVALID_MESSAGE', "the task's result says that it is JSON and is not", {
        cause,
      }),
    };
  }
}

function bytesIn({ frame, payloadFrame, payload }: BatchReader): Uint8Array {
  if (payloadFrame === frame) return new Uint8Array(payload);
  return new Uint8Array(payload.buffer, payload.byteOffset, payload.byteLength);
}

function asBuffer(bytes: Uint8Array): Buffer {
  return Buffer.isBuffer(bytes) ? bytes : Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}

function bytesOf(buffer: Uint8Array): Bytes {
  return buffer.byteLength === 0 ? EMPTY : { buffer, offset: 0, length: buffer.byteLength };
}

/** Whether two payloads are the same, byte for byte. */
export function isSameBytes(a: Bytes, b: Bytes): boolean {
  return Buffer.compare(viewOf(a), viewOf(b)) === 0;
}

function viewOf({ buffer, offset, length }: Bytes): Uint8Array {
  return buffer.subarray(offset, offset + length);
}
