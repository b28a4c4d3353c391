import type { StoreWrite } from '../store.js';
import type { Database } from './open-lmdb.js';

/** For the list of free pages, which LMDB writes anew in parts; it loads no more of it than that. */
const FREE_LIST_BYTES = 2 * 1024 * 1024;
/** Of a value in a page: its key, and where it is. */
const NODE_BYTES = 48;
/** Of a page, before its content. */
const PAGE_HEAD_BYTES = 24;

interface Statistics {
  readonly pageSize: number;
  readonly treeDepth: number;
  readonly treeBranchPageCount: number;
  readonly treeLeafPageCount: number;
  readonly lastPageNumber: number;
}

/** How far the data file is used, and how much a write may need beyond that at most, in bytes. */
export function roomFor(
  database: Database,
  { entries, drops }: Pick<StoreWrite, 'entries' | 'drops'>,
): { used: number; needed: number } {
  const { pageSize, treeDepth, treeBranchPageCount, treeLeafPageCount, lastPageNumber } =
    database.getStats() as Statistics;
  let pages = 0;
  let small = 0;
  for (const { stored } of entries) {
    const { byteLength } = stored;
    // A value that does not fit twice into a page has pages of its own, and a node that says which.
    if (byteLength > pageSize / 4) pages += Math.ceil((PAGE_HEAD_BYTES + byteLength) / pageSize);
    small += Math.min(byteLength, pageSize / 2) + NODE_BYTES;
  }
  // New entries come behind all others, on pages that are half full at least, and branches above them.
  pages += Math.ceil((small / (pageSize / 2)) * 1.1) + 2 * (treeDepth + 1);
  // Each page of the tree that a drop touches, and those above it, are written to a new place.
  pages += Math.min((drops.length + 1) * (treeDepth + 1), treeBranchPageCount + treeLeafPageCount);
  return { used: (lastPageNumber + 1) * pageSize, needed: pages * pageSize + FREE_LIST_BYTES };
}
