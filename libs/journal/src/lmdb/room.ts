import type { StoreWrite } from '../store.js';
import type { Database } from './open-lmdb.js';

/** For the list of free pages, which LMDB writes anew in parts; it loads no more of it than that. */
const FREE_LIST_BYTES = 2 * 1024 * 1024;
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
    // A value that does not fit twice into a page has pages of its own.
    if (stored.byteLength > pageSize / 4)
      pages += Math.ceil((PAGE_HEAD_BYTES + stored.byteLength) / pageSize);
    small += Math.min(stored.byteLength, pageSize / 2) + 64;
  }
  // Leaves may be half empty, and each page of the tree that is touched is written to a new place.
  pages += 2 * Math.ceil(small / (pageSize / 2));
  pages += Math.min(
    (entries.length + drops.length + 1) * (treeDepth + 1),
    treeBranchPageCount + treeLeafPageCount,
  );
  return { used: (lastPageNumber + 1) * pageSize, needed: pages * pageSize + FREE_LIST_BYTES };
}
