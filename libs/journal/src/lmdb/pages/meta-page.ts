import { closeSync, openSync, readSync } from 'node:fs';
import { kindOf, number64, PAGE_HEAD_BYTES, pageKinds, pageNumberOf } from './page-file.js';

const MAGIC = 0xbeefc0de;
const DATA_VERSION = 2;
const META_BYTES = 160;
const PAGE_SIZES = { min: 512, max: 65_536 };

/** A tree of pages. */
export interface TreeHead {
  readonly flags: number;
  readonly depth: number;
  readonly branchPages: number;
  readonly leafPages: number;
  readonly overflowPages: number;
  readonly entries: number;
  /** Page number; `undefined` when the tree is empty. */
  readonly root: number | undefined;
}

/** One of the two first pages, which say where everything is. Transaction n writes page n % 2. */
export interface MetaPage {
  readonly pageSize: number;
  readonly free: TreeHead;
  readonly main: TreeHead;
  readonly lastPage: number;
  readonly transaction: number;
}

/**
 * The meta page that counts, which is that of the last transaction.
 *
 * @returns why there is none that can be trusted, as the end of the sentence "the file …"; `newer` if a version of
 *   LMDB that is not this one wrote it
 */
export function readMeta(path: string): MetaPage | { problem: string; newer?: number } {
  const handle = openSync(path, 'r');
  try {
    const first = readMetaAt(handle, 0, 0);
    if ('problem' in first) return first;
    const second = readMetaAt(handle, first.pageSize, 1);
    if ('problem' in second) return second;
    if (Math.abs(first.transaction - second.transaction) !== 1) {
      return { problem: `has meta pages of transactions ${first.transaction} and ${second.transaction}` };
    }
    if (
      first.pageSize !== second.pageSize ||
      first.free.flags !== second.free.flags ||
      first.main.flags !== second.main.flags
    ) {
      return { problem: 'has meta pages that contradict each other' };
    }
    return first.transaction > second.transaction ? first : second;
  } finally {
    closeSync(handle);
  }
}

/**
 * A meta page that can be read, of whichever transaction, for who wants what is left of a file: the later one if both
 * can be read.
 */
export function readAnyMeta(path: string, pageSize: number): MetaPage | undefined {
  const handle = openSync(path, 'r');
  try {
    const [first, second] = [readMetaAt(handle, 0, 0), readMetaAt(handle, pageSize, 1)];
    if ('problem' in first) return 'problem' in second ? undefined : second;
    if ('problem' in second || first.transaction > second.transaction) return first;
    return second;
  } finally {
    closeSync(handle);
  }
}

function readMetaAt(
  handle: number,
  at: number,
  index: number,
): MetaPage | { problem: string; newer?: number } {
  const page = Buffer.alloc(META_BYTES);
  if (readSync(handle, page, 0, META_BYTES, at) < META_BYTES)
    return { problem: 'ends within its meta pages' };
  const isMeta =
    pageNumberOf(page) === index &&
    kindOf(page) === pageKinds.meta &&
    page.readUInt32LE(PAGE_HEAD_BYTES) === MAGIC;
  if (!isMeta) return { problem: `has no meta page at byte ${at}` };
  const version = page.readUInt32LE(28);
  if (version !== DATA_VERSION) {
    return {
      problem: `is of LMDB's data version ${version}`,
      ...(version === 1 || version === 3 ? { newer: version } : {}),
    };
  }
  const pageSize = page.readUInt32LE(48);
  const isSize =
    (pageSize & (pageSize - 1)) === 0 && pageSize >= PAGE_SIZES.min && pageSize <= PAGE_SIZES.max;
  if (!isSize) return { problem: `says that its pages have ${pageSize} bytes` };
  const transaction = number64(page, 152);
  if (transaction % 2 !== index)
    return { problem: `has the meta page of transaction ${transaction} at byte ${at}` };
  return {
    pageSize,
    free: readTreeHead(page, 48),
    main: readTreeHead(page, 96),
    lastPage: number64(page, 144),
    transaction,
  };
}

function readTreeHead(page: Buffer, at: number): TreeHead {
  const isEmpty = page.readBigUInt64LE(at + 40) === 0xffff_ffff_ffff_ffffn;
  return {
    flags: page.readUInt16LE(at + 4),
    depth: page.readUInt16LE(at + 6),
    branchPages: number64(page, at + 8),
    leafPages: number64(page, at + 16),
    overflowPages: number64(page, at + 24),
    entries: number64(page, at + 32),
    root: isEmpty ? undefined : number64(page, at + 40),
  };
}
