import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { u16, u32, u8 } from '../test/arbitraries.js';
import { HEAD_BYTES, Kind, MAGIC, hasMagic, kindNames, readHead, viewOf, writeHead } from './frame.js';
import { PROTOCOL_VERSION } from './version.js';

const someHead = { kind: Kind.submit, flags: 0, epoch: 1, number: 2, count: 0, stringsBytes: 0 };

function frameWith(byte: number, value: number): Uint8Array {
  const frame = new Uint8Array(HEAD_BYTES);
  writeHead(viewOf(frame), someHead);
  frame[byte] = value;
  return frame;
}

describe('a head', () => {
  it('comes back as it was written, from a frame that lies within a larger buffer', () => {
    const head = fc.record({ kind: u8, flags: u16, epoch: u32, number: u32, count: u32, stringsBytes: u32 });
    fc.assert(
      fc.property(head, fc.nat(9), (written, offset) => {
        const frame = new Uint8Array(64).subarray(offset, offset + HEAD_BYTES);
        writeHead(viewOf(frame), written);
        expect(hasMagic(frame)).toBe(true);
        expect(readHead(frame)).toEqual(written);
      }),
    );
  });

  it('begins with the letters PNSK', () => {
    const frame = frameWith(4, PROTOCOL_VERSION);
    expect(Buffer.from(frame).toString('latin1', 0, 4)).toBe('PNSK');
    expect(viewOf(frame).getUint32(0, true)).toBe(MAGIC);
  });

  it.each(Array.from({ length: HEAD_BYTES }, (_, length) => length))(
    'is not read from %i bytes',
    (length) => {
      const short = frameWith(4, PROTOCOL_VERSION).subarray(0, length);
      expect(() => readHead(short)).toThrow(expect.objectContaining({ code: 'MALFORMED_FRAME' }));
    },
  );

  it.each([0, 1, 2, 3])('is not read when letter %i is another', (byte) => {
    const frame = frameWith(byte, 0x7b);
    expect(hasMagic(frame)).toBe(false);
    expect(() => readHead(frame)).toThrow(expect.objectContaining({ code: 'MALFORMED_FRAME' }));
  });

  it('of another version is refused, and the refusal says which one is spoken', () => {
    expect(() => readHead(frameWith(4, 2))).toThrow(
      expect.objectContaining({ code: 'UNSUPPORTED_VERSION', details: { spoken: 1, received: 2 } }),
    );
  });
});

describe('hasMagic', () => {
  it('is false of frames that are too short to tell', () => {
    for (const text of ['', 'P', 'PNS']) expect(hasMagic(Buffer.from(text))).toBe(false);
  });
});

describe('kindNames', () => {
  it('names every kind by its number', () => {
    for (const [name, kind] of Object.entries(Kind)) expect(kindNames[kind]).toBe(name);
    expect(Object.keys(kindNames)).toHaveLength(Object.keys(Kind).length);
  });
});
