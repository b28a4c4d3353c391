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
  readonly overflowPages: number;
  readonly lastPageNumber: number;
  /** Of the list of free pages. */
  readonly free: Pick<Statistics, 'treeBranchPageCount' | 'treeLeafPageCount' | 'overflowPages'>;
}

/** Pages of a file that hold what it is, twice. */
const META_PAGES = 2;

/** Of a data file, in bytes. */
export interface Room {
  /** How far it is used. */
  readonly used: number;
  /** How much a write may need beyond that at most. */
  readonly needed: number;
  /** How much of what is used has nothing on it, in pieces of any size. */
  readonly loose: number;
}

/** How much a write may take. */
export function roomFor(database: Database, { entries, drops }: Pick<StoreWrite, 'entries' | 'drops'>): Room {
  const { pageSize, treeDepth, lastPageNumber, free, ...tree } = database.getStats() as Statistics;
  const { treeBranchPageCount, treeLeafPageCount } = tree;
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
  const usedPages = lastPageNumber + 1;
  return {
    used: usedPages * pageSize,
    needed: pages * pageSize + FREE_LIST_BYTES,
    loose: (usedPages - META_PAGES - pagesOf(tree) - pagesOf(free)) * pageSize,
  };
}

function pagesOf({ treeBranchPageCount, treeLeafPageCount, overflowPages }: Statistics['free']): number {
  return treeBranchPageCount + treeLeafPageCount + overflowPages;
}
