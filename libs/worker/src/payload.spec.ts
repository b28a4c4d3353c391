import { ContentType } from '@penstock/protocol';
import { describe, expect, it } from 'vitest';
import { encodeResult } from './payload.js';

const textOf = (value: unknown): string => Buffer.from(encodeResult(value, 1_000).payload.buffer).toString();

describe('encodeResult', () => {
  it.each([
    [{ a: [1, 'ü', null] }, '{"a":[1,"ü",null]}'],
    ['text', '"text"'],
    [false, 'false'],
    [undefined, 'null'],
    [null, 'null'],
    [new Date(0), '"1970-01-01T00:00:00.000Z"'],
  ])('makes JSON of %j', (value, text) => {
    expect(encodeResult(value, 1_000).contentType).toBe(ContentType.json);
    expect(textOf(value)).toBe(text);
  });

  it('passes bytes on as they are', () => {
    expect(encodeResult(Buffer.from([0, 255]), 1_000)).toEqual({
      contentType: ContentType.bytes,
      payload: { buffer: Uint8Array.of(0, 255), offset: 0, length: 2 },
    });
  });

  it('keeps bytes as they were returned, whatever the handler does with its buffer next', () => {
    const bytes = Uint8Array.of(1, 2);
    const { payload } = encodeResult(bytes, 1_000);
    bytes.fill(9);
    expect(payload.buffer).toEqual(Uint8Array.of(1, 2));
  });

  it('refuses what is no JSON, and what is too large', () => {
    const cycle: { self?: unknown } = {};
    cycle.self = cycle;
    for (const value of [1n, cycle, () => 1, Symbol('s')]) {
      expect(() => encodeResult(value, 1_000)).toThrow('what the task returned is not JSON');
    }
    expect(() => encodeResult('x'.repeat(999), 1_000)).toThrow('at most 1000 bytes, this one returned 1001');
    expect(() => encodeResult(new Uint8Array(1_001), 1_000)).toThrow('at most 1000 bytes');
  });
});
