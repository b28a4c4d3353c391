import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { session } from '../test/arbitraries.js';
import { decodeEnvelope, encodeEnvelope, isCall, type Envelope } from './envelope.js';
import { HEAD_BYTES, NO_SESSION } from './frame.js';
import { limits } from './limits.js';

const head = encodeEnvelope({ pattern: 'a', data: null }).subarray(0, HEAD_BYTES);

function frameOf(json: string): Uint8Array {
  return Buffer.concat([head, Buffer.from(json)]);
}

function decode(json: string): Envelope {
  return decodeEnvelope(frameOf(json)).envelope;
}

/** A message of so many levels, itself the first. */
function nested(levels: number): string {
  return `{"pattern":"a","data":${'['.repeat(levels - 1)}${']'.repeat(levels - 1)}}`;
}

function bytesOf(length: number): Envelope {
  const empty = encodeEnvelope({ pattern: 'a', data: '' }).byteLength;
  return { pattern: 'a', data: 'x'.repeat(length - empty) };
}

const refused = (code: string): unknown => expect.objectContaining({ code });

describe('a control message', () => {
  it('comes back as it was sent, with its session', () => {
    const json = fc.jsonValue({ maxDepth: 5 }).map(withoutPrototypeKeys);
    const call = fc.record(
      {
        pattern: fc.string({ minLength: 1, maxLength: 128 }),
        data: json,
        id: fc.string({ maxLength: 64 }),
        metadata: json,
      },
      { requiredKeys: ['pattern', 'data'] },
    );
    const reply = fc.record(
      { id: fc.string({ maxLength: 64 }), response: json, err: json, isDisposed: fc.boolean() },
      { requiredKeys: ['id'] },
    );
    fc.assert(
      fc.property(fc.oneof(call, reply), session, (envelope, sender) => {
        const received = decodeEnvelope(encodeEnvelope(envelope, sender));
        expect(received).toEqual({ session: sender, envelope: JSON.parse(JSON.stringify(envelope)) });
        expect(isCall(received.envelope)).toBe('pattern' in envelope);
      }),
    );
  });

  it('names session 0 when none is given', () => {
    expect(decodeEnvelope(encodeEnvelope({ id: '1' })).session).toEqual(NO_SESSION);
  });

  it('may have 1 MiB and no byte more, on either side', () => {
    const largest = encodeEnvelope(bytesOf(limits.envelopeBytes));
    expect(largest.byteLength).toBe(limits.envelopeBytes);
    expect(decodeEnvelope(largest).envelope).toHaveProperty('pattern', 'a');
    expect(() => encodeEnvelope(bytesOf(limits.envelopeBytes + 1))).toThrow(refused('TOO_LARGE'));
    expect(() => decodeEnvelope(Buffer.concat([largest, Buffer.from(' ')]))).toThrow(refused('TOO_LARGE'));
  });

  it('may have 64 levels and none more, in lists and in objects', () => {
    expect(decode(nested(limits.envelopeDepth))).toHaveProperty('pattern', 'a');
    expect(() => decode(nested(limits.envelopeDepth + 1))).toThrow(refused('INVALID_MESSAGE'));
    const objects = `{"pattern":"a","data":${'{"a":'.repeat(64)}1${'}'.repeat(64)}}`;
    expect(() => decode(objects)).toThrow(refused('INVALID_MESSAGE'));
  });

  it.each([1_000, 10_000, 100_000, 500_000])(
    'is refused with %i levels, whatever the stack holds',
    (levels) => {
      expect(() => decode(nested(levels))).toThrow(refused('INVALID_MESSAGE'));
    },
  );

  it('loses every __proto__, wherever it is', () => {
    const { data } = decode(
      '{"pattern":"a","__proto__":{"id":"1"},"data":[{"__proto__":{"isAdmin":true},"b":{"__proto__":null,"c":1}}]}',
    ) as { data: unknown };
    expect(JSON.stringify(data)).toBe('[{"b":{"c":1}}]');
    expect(Object.assign({}, ...(data as object[]))).not.toHaveProperty('isAdmin');
  });

  it('keeps keys that only look like it', () => {
    expect(decode('{"pattern":"a","data":{"constructor":1,"proto":2}}')).toEqual({
      pattern: 'a',
      data: { constructor: 1, proto: 2 },
    });
  });

  it('must be JSON before it is sent', () => {
    const loop: { loop?: unknown } = {};
    loop.loop = loop;
    for (const data of [loop, 1n]) {
      expect(() => encodeEnvelope({ pattern: 'a', data })).toThrow(refused('INVALID_MESSAGE'));
    }
  });

  it('may have an id of 64 characters and a pattern of 128', () => {
    const envelope = { pattern: 'p'.repeat(128), id: 'i'.repeat(64), data: null };
    expect(decodeEnvelope(encodeEnvelope(envelope)).envelope).toEqual(envelope);
  });
});

function withoutPrototypeKeys(value: unknown): unknown {
  return JSON.parse(JSON.stringify(value), (key, inner: unknown) =>
    key === '__proto__' ? undefined : inner,
  );
}
