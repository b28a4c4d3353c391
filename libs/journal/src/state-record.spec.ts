import { crc32 } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { decodeState, encodeState } from './state-record.js';

const state = { epoch: 3, next: 2 ** 40, entries: 17, digest: [1, 2 ** 31] } as const;

function ofVersion(version: number): Buffer {
  const record = encodeState(state);
  record.writeUInt8(version, 2);
  record.writeUInt32LE(crc32(record.subarray(0, 30)), 30);
  return record;
}

describe('the state of a journal', () => {
  it('is read as it was written, also where an older version has written it', () => {
    expect(decodeState(3, encodeState(state))).toEqual(state);
    expect(decodeState(3, ofVersion(1))).toEqual(state);
  });

  it('says that a newer version has written it', () => {
    expect(decodeState(3, ofVersion(3))).toEqual({ problem: 'is of version 3', newer: 3 });
  });
});
