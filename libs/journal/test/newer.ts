import { crc32 } from 'node:zlib';
import { encodeEntry } from '../src/entry.js';

/** An entry as a later version may write it. */
export function entryOfVersion(sequence: number, version: number): Buffer {
  const stored = encodeEntry(sequence, 1, [Buffer.from('of the future')]);
  stored.writeUInt8(version, 2);
  const end = stored.byteLength - 4;
  stored.writeUInt32LE(crc32(stored.subarray(0, end)), end);
  return stored;
}
