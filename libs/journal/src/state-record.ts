import { crc32 } from 'node:zlib';
import type { EntryFault } from './entry.js';
import type { StoreState } from './store-state.js';

/** "PS". */
const MAGIC = 0x5350;
/**
 * Of the journal as a whole: what stands where, what the state says, and what entries may say. 2: entries may be of kind 8,
 * which a balancer that knows version 1 would pass over.
 */
const STATE_VERSION = 2;
/** Magic (2), version (1), 0 (1), epoch (6), next (6), entries (6), digest (4 + 4). */
const HEAD_BYTES = 30;
const RECORD_BYTES = HEAD_BYTES + 4;

/** How a state begins. */
export const STATE_MAGIC = Buffer.from('PS');

/** What may be a state at some place: the epoch that it says, and its bytes. */
export function peekState(bytes: Buffer, at: number): { epoch: number; stored: Buffer } | undefined {
  if (at + RECORD_BYTES > bytes.byteLength) return undefined;
  return { epoch: bytes.readUIntLE(at + 4, 6), stored: bytes.subarray(at, at + RECORD_BYTES) };
}

/** A state as it is stored. */
export function encodeState({ epoch, next, entries, digest: [low, high] }: StoreState): Buffer {
  const record = Buffer.alloc(RECORD_BYTES);
  record.writeUInt16LE(MAGIC, 0);
  record.writeUInt8(STATE_VERSION, 2);
  record.writeUIntLE(epoch, 4, 6);
  record.writeUIntLE(next, 10, 6);
  record.writeUIntLE(entries, 16, 6);
  record.writeUInt32LE(low, 22);
  record.writeUInt32LE(high, 26);
  record.writeUInt32LE(crc32(record.subarray(0, HEAD_BYTES)), HEAD_BYTES);
  return record;
}

/** Reads what {@link encodeState} has made: the state, or why it is none. */
export function decodeState(epoch: number, stored: Uint8Array): StoreState | EntryFault {
  const record = Buffer.from(stored.buffer, stored.byteOffset, stored.byteLength);
  if (record.byteLength < RECORD_BYTES) return { problem: `has ${record.byteLength} bytes, fewer than any` };
  const end = record.byteLength - 4;
  if (record.readUInt16LE(0) !== MAGIC) return { problem: 'does not begin as one' };
  const isWhole = crc32(record.subarray(0, end)) === record.readUInt32LE(end);
  if (!isWhole) return { problem: 'does not have its checksum' };
  const version = record.readUInt8(2);
  if (version > STATE_VERSION) return { problem: `is of version ${version}`, newer: version };
  const state: StoreState = {
    epoch: record.readUIntLE(4, 6),
    next: record.readUIntLE(10, 6),
    entries: record.readUIntLE(16, 6),
    digest: [record.readUInt32LE(22), record.readUInt32LE(26)],
  };
  return state.epoch === epoch ? state : { problem: `was written in epoch ${state.epoch}` };
}
