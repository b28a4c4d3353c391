import { GroupedJournal, type GroupedJournalOptions } from '../grouped-journal.js';
import type { Journal } from '../journal.js';
import { LmdbStore } from './lmdb-store.js';

/** How a journal on the disk is made. */
export interface LmdbJournalOptions extends GroupedJournalOptions {
  /** Its folder, which is made if it does not exist. Nothing else may be in it. */
  readonly folder: string;
  /** How far its file may grow, in bytes. Default 64 GiB. As much of the address space is set aside for it. */
  readonly bytesMax?: number;
}

const BYTES_MAX = 64 * 1024 ** 3;

/** A journal on the disk of this machine. */
export function lmdbJournal({ folder, bytesMax = BYTES_MAX, ...options }: LmdbJournalOptions): Journal {
  return new GroupedJournal(new LmdbStore(folder, bytesMax), options);
}
