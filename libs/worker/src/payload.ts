import { ContentType, PenstockError, type Bytes, type DispatchReader } from '@penstock/protocol/wire';

/** A value as it travels. */
export interface EncodedValue {
  readonly contentType: ContentType;
  readonly payload: Bytes;
}

const NULL: EncodedValue = { contentType: ContentType.json, payload: bytesOf(Buffer.from('null')) };

/**
 * The current record's payload as a handler sees it. Bytes are a copy: a handler may keep and change them.
 *
 * @throws PenstockError `INVALID_MESSAGE` when a payload that says it is JSON is none
 */
export function decodePayload(record: DispatchReader): unknown {
  const { payloadFrame, payloadOffset, payloadLength } = record;
  if (record.contentType === ContentType.bytes) return new Uint8Array(record.payload);
  if (payloadLength === 0) return null;
  const text = Buffer.from(
    payloadFrame.buffer,
    payloadFrame.byteOffset + payloadOffset,
    payloadLength,
  ).toString();
  try {
    return JSON.parse(text);
  } catch (cause) {
    throw new PenstockError(
      'INVALID_MESSAGE',
      `the task's payload is not JSON: ${(cause as Error).message}`,
      {
        cause,
      },
    );
  }
}

/**
 * What a handler returned, as it travels. Bytes are copied: they leave later, and a handler may use its buffer again.
 *
 * @param maxBytes a larger one is refused
 * @throws PenstockError `INVALID_MESSAGE` when it is neither bytes nor JSON, `TOO_LARGE`
 */
export function encodeResult(value: unknown, maxBytes: number): EncodedValue {
  if (value === undefined || value === null) return NULL;
  const encoded =
    value instanceof Uint8Array
      ? { contentType: ContentType.bytes, payload: bytesOf(new Uint8Array(value)) }
      : { contentType: ContentType.json, payload: bytesOf(Buffer.from(toJson(value))) };
  if (encoded.payload.length > maxBytes) {
    throw new PenstockError(
      'TOO_LARGE',
      `a task returns at most ${maxBytes} bytes, this one returned ${encoded.payload.length}`,
      { details: { limit: maxBytes, bytes: encoded.payload.length } },
    );
  }
  return encoded;
}

function toJson(value: unknown): string {
  let text: string | undefined;
  try {
    text = JSON.stringify(value);
  } catch (cause) {
    throw new PenstockError(
      'INVALID_MESSAGE',
      `what the task returned is not JSON: ${(cause as Error).message}`,
      {
        cause,
      },
    );
  }
  if (text === undefined) {
    throw new PenstockError('INVALID_MESSAGE', `what the task returned is not JSON: a ${typeof value}`);
  }
  return text;
}

/** All of `buffer`. */
export function bytesOf(buffer: Uint8Array): Bytes {
  return { buffer, offset: 0, length: buffer.byteLength };
}
