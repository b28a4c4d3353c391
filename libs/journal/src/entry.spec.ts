import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { entryOfVersion } from '../test/newer.js';
import { decodeEntry, encodeEntry, ENTRY_VERSION, isFault, peekEntry } from './entry.js';

const entry = fc.record({
  sequence: fc.integer({ min: 1, max: 2 ** 48 - 1 }),
  kind: fc.nat(255),
  parts: fc.array(fc.uint8Array({ maxLength: 300 }), { maxLength: 4 }),
});

describe('an entry as it is stored', () => {
  it('is read as what it was made of', () => {
    fc.assert(
      fc.property(entry, ({ sequence, kind, parts }) => {
        const stored = encodeEntry(sequence, kind, parts);
        const bytes = new Uint8Array(Buffer.concat(parts));
        const read = decodeEntry(sequence, stored);
        expect(isFault(read) ? read : { ...read, bytes: new Uint8Array(read.bytes) }).toEqual({
          sequence,
          kind,
          bytes,
        });
        expect(peekEntry(stored, 0)).toEqual({ sequence, byteLength: stored.byteLength });
      }),
    );
  });

  it('is refused when any one bit is another, and when its end is missing', () => {
    fc.assert(
      fc.property(entry, fc.nat(), ({ sequence, kind, parts }, where) => {
        const stored = encodeEntry(sequence, kind, parts);
        const bit = where % (stored.byteLength * 8);
        const flipped = Uint8Array.from(stored);
        flipped[bit >>> 3] = (flipped[bit >>> 3] ?? 0) ^ (1 << (bit & 7));
        expect(isFault(decodeEntry(sequence, flipped))).toBe(true);
        expect(isFault(decodeEntry(sequence, stored.subarray(0, where % stored.byteLength)))).toBe(true);
      }),
    );
  });

  it('is refused under a number that is not its own', () => {
    expect(decodeEntry(8, encodeEntry(7, 1, []))).toEqual({ problem: 'was written as 7' });
  });

  it('is told apart when a newer version has written it, and only when it is whole', () => {
    const stored = encodeEntry(7, 1, [Buffer.from('of the future')]);
    stored.writeUInt8(ENTRY_VERSION + 1, 2);
    expect(decodeEntry(7, stored)).toEqual({ problem: 'does not have its checksum' });
    const whole = entryOfVersion(7, ENTRY_VERSION + 1);
    expect(decodeEntry(7, whole)).toEqual({
      problem: `is of version ${ENTRY_VERSION + 1}`,
      newer: ENTRY_VERSION + 1,
    });
  });
});
