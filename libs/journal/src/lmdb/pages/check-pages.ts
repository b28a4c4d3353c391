import { takeFreePages } from './free-list.js';
import { readMeta } from './meta-page.js';
import { PageFile, transactionOf } from './page-file.js';
import { PageUse } from './page-use.js';
import { TreeWalk } from './tree-walk.js';

/** What a look at the pages of a file has found. */
export interface PagesReport {
  /** As the end of the sentence "the file …". None: LMDB can be let at it. */
  readonly problems: readonly string[];
  /** The transaction that was looked at; `undefined` when the file does not say. */
  readonly transaction?: number;
  /** The version that wrote it, if it is one that is not known here. */
  readonly newer?: number;
}

/** More are not told. */
const PROBLEMS_MAX = 20;

/**
 * Checks the pages of an LMDB file: that both of its trees hold together, that what is free is not used, and that it is
 * the last transaction that one sees. Values are not looked at.
 */
export function checkPages(path: string): PagesReport {
  const meta = readMeta(path);
  if ('problem' in meta) {
    return { problems: [meta.problem], ...(meta.newer === undefined ? {} : { newer: meta.newer }) };
  }
  const problems: string[] = [];
  const tell = (problem: string): void => {
    if (problems.length < PROBLEMS_MAX) problems.push(problem);
  };
  const onFault = (page: number, problem: string): void => tell(`has page ${page}, which ${problem}`);
  const { transaction, lastPage, main, free } = meta;
  const file = new PageFile(path, meta.pageSize);
  try {
    if (lastPage >= file.pages)
      return { problems: [`has ${file.pages} pages of ${lastPage + 1}`], transaction };
    const use = new PageUse(lastPage);
    new TreeWalk(file, main, {
      transaction,
      use,
      onFault,
      onValue: () => undefined,
      compare: (a, b) => Buffer.compare(a, b),
    }).run();
    // Each transaction writes the state, and so the root: a root of another one is not of this tree.
    const root = main.root === undefined ? undefined : file.read(main.root);
    if (root === undefined || transactionOf(root) !== transaction) {
      tell(`shows a tree that is not that of transaction ${transaction}`);
    }
    const records: Buffer[] = [];
    new TreeWalk(file, free, {
      transaction,
      use,
      onFault,
      onValue: (key, value) => {
        if (key.byteLength !== 8) tell('has a free list with a key that is no transaction');
        records.push(Buffer.from(value));
      },
      compare: compareTransactions,
    }).run();
    // Only now are all pages known that are used.
    for (const record of records) {
      const problem = takeFreePages(record, use);
      if (problem !== undefined) tell(`has a free list that ${problem}`);
    }
    return { problems, transaction };
  } finally {
    file.close();
  }
}

/** Keys of the free list are numbers of transactions; one of another length is damaged and sorts nowhere. */
function compareTransactions(a: Buffer, b: Buffer): number {
  if (a.byteLength !== 8 || b.byteLength !== 8) return NaN;
  const first = a.readBigUInt64LE();
  const second = b.readBigUInt64LE();
  return first < second ? -1 : Number(first > second);
}
