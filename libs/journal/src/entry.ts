import { crc32 } from 'node:zlib';
import { asBuffer } from './as-buffer.js';
import type { JournalEntry } from './journal.js';

/** "PJ". */
const MAGIC = 0x4a50;
/** How an entry begins. */
export const ENTRY_MAGIC = Buffer.from('PJ');
/** Of what an entry looks like. */
export const ENTRY_VERSION = 1;
/** Magic (2), version (1), kind (1), length of the parts (4), sequence number (8). */
const HEAD_BYTES = 16;
/** CRC-32 of all that is before it. */
const TAIL_BYTES = 4;

/** What an entry takes on the disk beyond its parts, in bytes. */
export const ENTRY_OVERHEAD_BYTES = HEAD_BYTES + TAIL_BYTES;

/** Why stored bytes are no entry. */
export interface EntryFault {
  /** Ends the sentence "the entry …". */
  readonly problem: string;
  /** The version that wrote it, if it is a newer one than this. */
  readonly newer?: number;
}

/** An entry as it is stored: the one copy that is made of its parts. */
export function encodeEntry(sequence: number, kind: number, parts: readonly Uint8Array[]): Buffer {
  let length = 0;
  for (const part of parts) length += part.byteLength;
  const stored = Buffer.allocUnsafe(length + ENTRY_OVERHEAD_BYTES);
  stored.writeUInt16LE(MAGIC, 0);
  stored.writeUInt8(ENTRY_VERSION, 2);
  stored.writeUInt8(kind, 3);
  stored.writeUInt32LE(length, 4);
  stored.writeUIntLE(sequence, 8, 6);
  stored.writeUInt16LE(0, 14);
  let at = HEAD_BYTES;
  for (const part of parts) {
    stored.set(part, at);
    at += part.byteLength;
  }
  stored.writeUInt32LE(crc32(stored.subarray(0, at)), at);
  return stored;
}

/**
 * Reads what {@link encodeEntry} has made.
 *
 * @param sequence the number under which it is stored
 * @returns the entry, its bytes where they lie in `stored`, or why it is none
 */
export function decodeEntry(sequence: number, stored: Uint8Array): JournalEntry | EntryFault {
  const { byteLength } = stored;
  if (byteLength < ENTRY_OVERHEAD_BYTES) return { problem: `has ${byteLength} bytes, fewer than any` };
  const bytes = asBuffer(stored);
  const end = byteLength - TAIL_BYTES;
  const isWhole = crc32(bytes.subarray(0, end)) === bytes.readUInt32LE(end);
  if (bytes.readUInt16LE(0) !== MAGIC) return { problem: 'does not begin as one' };
  const version = bytes.readUInt8(2);
  if (version > ENTRY_VERSION && isWhole) return { problem: `is of version ${version}`, newer: version };
  if (!isWhole) return { problem: 'does not have its checksum' };
  if (bytes.readUInt32LE(4) !== end - HEAD_BYTES) return { problem: 'does not have its length' };
  const written = bytes.readUIntLE(8, 6);
  if (written !== sequence) return { problem: `was written as ${written}` };
  return { sequence, kind: bytes.readUInt8(3), bytes: bytes.subarray(HEAD_BYTES, end) };
}

/**
 * What the head of an entry says, where one may begin: its number, and its bytes with head and checksum.
 * `undefined`: none begins there.
 */
export function peekEntry(bytes: Buffer, at: number): { sequence: number; byteLength: number } | undefined {
  if (at + HEAD_BYTES > bytes.byteLength || bytes.readUInt16LE(at) !== MAGIC) return undefined;
  return {
    sequence: bytes.readUIntLE(at + 8, 6),
    byteLength: bytes.readUInt32LE(at + 4) + ENTRY_OVERHEAD_BYTES,
  };
}

/** Whether {@link decodeEntry} gave a fault. */
export function isFault(read: JournalEntry | EntryFault): read is EntryFault {
  return 'problem' in read;
}
