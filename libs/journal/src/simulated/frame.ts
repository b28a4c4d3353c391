import { crc32 } from 'node:zlib';
import { decodeState, encodeState } from '../state-record.js';
import type { StoredEntry, StoreWrite } from '../store.js';

/** A write as the bytes that a disk gets: numbers and lengths, entries, drops, state, and a CRC-32 of all. */
export function encodeFrame({ entries, drops, state }: StoreWrite): Buffer {
  const head = Buffer.alloc(14 + entries.length * 10 + drops.length * 6);
  let at = head.writeUInt32LE(entries.length, 0);
  at = head.writeUInt32LE(drops.length, at);
  at = head.writeUIntLE(state.epoch, at, 6);
  for (const { sequence, stored } of entries) {
    at = head.writeUIntLE(sequence, at, 6);
    at = head.writeUInt32LE(stored.byteLength, at);
  }
  for (const sequence of drops) at = head.writeUIntLE(sequence, at, 6);
  const body = Buffer.concat([head, ...entries.map(({ stored }) => stored), encodeState(state)]);
  const tail = Buffer.alloc(4);
  tail.writeUInt32LE(crc32(body));
  return Buffer.concat([body, tail]);
}

/** What {@link encodeFrame} was given, or `undefined` if not all of the frame came to the disk. */
export function decodeFrame(frame: Buffer): StoreWrite | undefined {
  const end = frame.byteLength - 4;
  if (end < 14 || crc32(frame.subarray(0, end)) !== frame.readUInt32LE(end)) return undefined;
  const entryCount = frame.readUInt32LE(0);
  const dropCount = frame.readUInt32LE(4);
  const epoch = frame.readUIntLE(8, 6);
  const drops = Array.from({ length: dropCount }, (_, index) =>
    frame.readUIntLE(14 + entryCount * 10 + index * 6, 6),
  );
  const entries: StoredEntry[] = [];
  let at = 14 + entryCount * 10 + dropCount * 6;
  for (let index = 0; index < entryCount; index++) {
    const sequence = frame.readUIntLE(14 + index * 10, 6);
    const length = frame.readUInt32LE(20 + index * 10);
    entries.push({ sequence, stored: frame.subarray(at, (at += length)) });
  }
  const state = decodeState(epoch, frame.subarray(at, end));
  return 'problem' in state ? undefined : { entries, drops, state };
}
