import { decodeEntry, ENTRY_MAGIC, isFault, peekEntry } from '../entry.js';
import { decodeState, peekState, STATE_MAGIC } from '../state-record.js';
import type { StoreState } from '../store-state.js';
import { leafNodes } from './pages/nodes.js';
import { kindOf, PAGE_HEAD_BYTES, pageKinds, pageNumberOf, type PageFile } from './pages/page-file.js';

/** Who is told of what lies in a page. */
export interface LooseRecords {
  onEntry(sequence: number, stored: Buffer): void;
  onState(state: StoreState): void;
}

/**
 * Finds entries and states in a page to which no way leads any more. Each has its number and a checksum, so it is known
 * by its looks; where the page itself is whole, only what it says that it has is taken.
 *
 * @returns how many pages were looked at: a large entry has several in a row
 */
export function findLooseRecords(file: PageFile, number: number, records: LooseRecords): number {
  const page = file.read(number);
  if (page === undefined) return 1;
  const kind = pageNumberOf(page) === number ? kindOf(page) : undefined;
  if (kind === pageKinds.branch) return 1;
  if (kind === pageKinds.overflow) {
    const pages = page.readUInt32LE(20);
    const row = pages > 0 ? file.read(number, pages) : undefined;
    if (row !== undefined) {
      readRecord(row, PAGE_HEAD_BYTES, records);
      return pages;
    }
  }
  const nodes = kind === pageKinds.leaf ? leafNodes(page) : undefined;
  if (nodes === undefined) search(page, records);
  else for (const { value } of nodes) if (Buffer.isBuffer(value)) readRecord(value, 0, records);
  return 1;
}

function search(page: Buffer, records: LooseRecords): void {
  for (const magic of [ENTRY_MAGIC, STATE_MAGIC]) {
    for (let at = page.indexOf(magic); at >= 0; at = page.indexOf(magic, at + 1))
      readRecord(page, at, records);
  }
}

/** What begins at some place, if something does and is whole. */
function readRecord(bytes: Buffer, at: number, { onEntry, onState }: LooseRecords): void {
  const entry = peekEntry(bytes, at);
  if (entry !== undefined && at + entry.byteLength <= bytes.byteLength) {
    const stored = bytes.subarray(at, at + entry.byteLength);
    if (!isFault(decodeEntry(entry.sequence, stored))) onEntry(entry.sequence, stored);
  }
  const peeked = peekState(bytes, at);
  const state = peeked === undefined ? undefined : decodeState(peeked.epoch, peeked.stored);
  if (state !== undefined && !('problem' in state)) onState(state);
}
