import { decodeEntry, ENTRY_MAGIC, isFault, peekEntry } from '../entry.js';
import { decodeState, peekState, STATE_MAGIC } from '../state-record.js';
import type { StoreState } from '../store-state.js';
import { PAGE_HEAD_BYTES, type PageFile } from './pages/page-file.js';

/** Who is told of what lies in a page. */
export interface LooseRecords {
  onEntry(sequence: number, stored: Buffer): void;
  onState(state: StoreState): void;
}

/**
 * Finds entries and states in a page by their looks, whatever the page itself says: each has its number and a checksum.
 * A large entry is found by the page in which it begins.
 */
export function findLooseRecords(file: PageFile, number: number, { onEntry, onState }: LooseRecords): void {
  const page = file.read(number);
  if (page === undefined) return;
  for (const at of placesOf(page, ENTRY_MAGIC)) {
    const peeked = peekEntry(page, at);
    if (peeked === undefined) continue;
    const stored = bytesAt(file, number, page, at, peeked.byteLength);
    if (stored !== undefined && !isFault(decodeEntry(peeked.sequence, stored)))
      onEntry(peeked.sequence, stored);
  }
  for (const at of placesOf(page, STATE_MAGIC)) {
    const peeked = peekState(page, at);
    const state = peeked === undefined ? undefined : decodeState(peeked.epoch, peeked.stored);
    if (state !== undefined && !('problem' in state)) onState(state);
  }
}

function* placesOf(page: Buffer, magic: Buffer): Generator<number> {
  for (let at = page.indexOf(magic); at >= 0; at = page.indexOf(magic, at + 1)) yield at;
}

/** Only an entry that has pages of its own goes beyond the one in which it begins, and it begins behind the head. */
function bytesAt(
  file: PageFile,
  number: number,
  page: Buffer,
  at: number,
  length: number,
): Buffer | undefined {
  if (at + length <= page.byteLength) return page.subarray(at, at + length);
  if (at !== PAGE_HEAD_BYTES) return undefined;
  const run = file.read(number, Math.ceil((at + length) / file.pageSize));
  return run?.subarray(at, at + length);
}
