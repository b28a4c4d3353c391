import { asBuffer } from '../as-buffer.js';

/** First byte of the key of the one record that says what the store knows of itself. It sorts before all entries. */
const STATE = 0;
const ENTRY = 1;
const KEY_BYTES = 7;

/** The key of an entry: sorts as the numbers do. */
export function entryKey(sequence: number): Buffer {
  return key(ENTRY, sequence);
}

/** The number of the entry at a key, or `undefined` if it is not the key of an entry. */
export function sequenceAt(bytes: Uint8Array): number | undefined {
  return numberAt(ENTRY, bytes);
}

/** The key of the state in an epoch. A commit wants that this key exists: so it is a fence. */
export function stateKey(epoch: number): Buffer {
  return key(STATE, epoch);
}

/** The epoch at a key, or `undefined` if it is not the key of a state. */
export function epochAt(bytes: Uint8Array): number | undefined {
  return numberAt(STATE, bytes);
}

function key(first: number, number: number): Buffer {
  const bytes = Buffer.allocUnsafe(KEY_BYTES);
  bytes.writeUInt8(first, 0);
  bytes.writeUIntBE(number, 1, 6);
  return bytes;
}

function numberAt(first: number, bytes: Uint8Array): number | undefined {
  if (bytes.byteLength !== KEY_BYTES || bytes[0] !== first) return undefined;
  return asBuffer(bytes).readUIntBE(1, 6);
}
