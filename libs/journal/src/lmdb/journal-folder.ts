import { join } from 'node:path';

/** The names in a journal's folder. */
export interface JournalFiles {
  readonly folder: string;
  /** The entries: an LMDB file. */
  readonly data: string;
  /** LMDB's table of readers and writers; nothing in it outlives the processes that have it open. */
  readonly lock: string;
  /** A journal that is being made; it is renamed once it has its first record. */
  readonly unborn: string;
}

/** The files of the journal in `folder`. */
export function filesOf(folder: string): JournalFiles {
  const data = join(folder, 'journal.mdb');
  return { folder, data, lock: `${data}-lock`, unborn: join(folder, 'unborn.mdb') };
}
