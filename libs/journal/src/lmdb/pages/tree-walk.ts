import type { TreeHead } from './meta-page.js';
import { branchNodes, leafNodes, type BigValue } from './nodes.js';
import {
  kindOf,
  PAGE_HEAD_BYTES,
  pageKinds,
  pageNumberOf,
  transactionOf,
  type PageFile,
} from './page-file.js';
import type { PageUse } from './page-use.js';

/** Deeper than any tree can be. */
const DEPTH_MAX = 32;

/** What a walk needs to know of the file. */
export interface WalkOptions {
  /** The transaction whose tree it is: no page is newer. */
  readonly transaction: number;
  readonly use: PageUse;
  /** Called with what is wrong, as the end of the sentence "page n …". */
  readonly onFault: (page: number, problem: string) => void;
  /** Called with each key and value in order. Both are only valid during the call. */
  readonly onValue: (key: Buffer, value: Buffer) => void;
  /** How keys are sorted. */
  readonly compare: (a: Buffer, b: Buffer) => number;
}

interface Counts {
  branchPages: number;
  leafPages: number;
  overflowPages: number;
  entries: number;
}

interface Bounds {
  readonly from: Buffer | undefined;
  readonly below: Buffer | undefined;
}

/**
 * Walks over a tree of pages and checks all that LMDB takes for granted. What is below a damaged page is left out, the
 * walk goes on beside it.
 */
export class TreeWalk {
  private readonly counts: Counts = { branchPages: 0, leafPages: 0, overflowPages: 0, entries: 0 };

  constructor(
    private readonly file: PageFile,
    private readonly head: TreeHead,
    private readonly options: WalkOptions,
  ) {}

  /** Walks; afterwards everything was called back. */
  run(): void {
    for (const leaf of this.leaves()) void leaf;
  }

  /** Walks from leaf to leaf, and gives the number of each once its values were called back. */
  *leaves(): Generator<number> {
    const { head } = this;
    if (head.root !== undefined && head.depth <= DEPTH_MAX) {
      yield* this.visit(head.root, 1, { from: undefined, below: undefined });
    }
    const { branchPages, leafPages, overflowPages, entries } = this.counts;
    const isAsCounted =
      branchPages === head.branchPages &&
      leafPages === head.leafPages &&
      overflowPages === head.overflowPages &&
      entries === head.entries &&
      (head.root === undefined) === (head.depth === 0);
    if (!isAsCounted) {
      this.options.onFault(
        head.root ?? 0,
        `is the root of ${entries} entries that can be reached of ${head.entries}`,
      );
    }
  }

  private *visit(number: number, level: number, bounds: Bounds): Generator<number> {
    const { head } = this;
    const kind = level === head.depth ? pageKinds.leaf : pageKinds.branch;
    const page = this.pageOf(number, kind);
    if (page === undefined) return;
    if (kind === pageKinds.branch) yield* this.visitBranch(number, page, level, bounds);
    else {
      this.visitLeaf(number, page, bounds);
      yield number;
    }
  }

  private *visitBranch(number: number, page: Buffer, level: number, bounds: Bounds): Generator<number> {
    this.counts.branchPages += 1;
    const nodes = branchNodes(page);
    if (nodes === undefined) {
      this.options.onFault(number, 'is a branch whose nodes do not lie in it');
      return;
    }
    for (const [index, { key, child }] of nodes.entries()) {
      const from = index === 0 ? bounds.from : key;
      const below = nodes[index + 1]?.key ?? bounds.below;
      if (index > 0) this.checkOrder(number, key, bounds);
      yield* this.visit(child, level + 1, { from, below });
    }
  }

  private visitLeaf(number: number, page: Buffer, bounds: Bounds): void {
    this.counts.leafPages += 1;
    const nodes = leafNodes(page);
    if (nodes === undefined) {
      this.options.onFault(number, 'is a leaf whose nodes do not lie in it');
      return;
    }
    let last: Buffer | undefined;
    for (const { key, value } of nodes) {
      this.counts.entries += 1;
      this.checkOrder(number, key, bounds);
      if (last !== undefined && this.options.compare(last, key) >= 0)
        this.options.onFault(number, 'has unsorted keys');
      last = key;
      const bytes = Buffer.isBuffer(value) ? value : this.bigValue(number, value);
      if (bytes !== undefined) this.options.onValue(key, bytes);
    }
  }

  private bigValue(leaf: number, { length, firstPage, pages }: BigValue): Buffer | undefined {
    const needed = Math.ceil((PAGE_HEAD_BYTES + length) / this.file.pageSize);
    if (pages !== needed) {
      this.options.onFault(leaf, `says that ${length} bytes are on ${pages} pages`);
      return undefined;
    }
    const first = this.pageOf(firstPage, pageKinds.overflow, pages);
    if (first === undefined) return undefined;
    this.counts.overflowPages += pages;
    if (first.readUInt32LE(20) !== pages) this.options.onFault(firstPage, 'begins a value of another length');
    return first.subarray(PAGE_HEAD_BYTES, PAGE_HEAD_BYTES + length);
  }

  /** A page, or a row of them, that is what it should be and that no other part of the file has. */
  private pageOf(number: number, kind: number, count = 1): Buffer | undefined {
    const { onFault, use, transaction } = this.options;
    if (!use.contains(number, count)) {
      onFault(number, 'lies beyond the end');
      return undefined;
    }
    if (!use.take(number, count)) {
      onFault(number, 'is used twice');
      return undefined;
    }
    const page = this.file.read(number, count);
    if (page === undefined) {
      onFault(number, 'lies beyond the end of the file');
      return undefined;
    }
    if (pageNumberOf(page) !== number || kindOf(page) !== kind || transactionOf(page) > transaction) {
      onFault(number, 'is not what it should be');
      return undefined;
    }
    return page;
  }

  private checkOrder(number: number, key: Buffer, { from, below }: Bounds): void {
    const { compare, onFault } = this.options;
    const isWithin =
      (from === undefined || compare(from, key) <= 0) && (below === undefined || compare(key, below) < 0);
    if (!isWithin) onFault(number, 'has keys that belong elsewhere');
  }
}
