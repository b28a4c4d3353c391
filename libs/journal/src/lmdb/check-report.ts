import type { StoreState } from '../store-state.js';

/** Something that is wrong with a journal. */
export interface Finding {
  readonly file: string;
  /** The entry that it is about, if it is one. */
  readonly sequence?: number;
  /** For people; a sentence. */
  readonly message: string;
  /** The version that wrote it, where it is one that is newer than this. */
  readonly newer?: number;
}

/** What a check of a journal has found. */
export interface CheckReport {
  /** The file that was looked at. */
  readonly file: string;
  /** What the journal says of itself; `undefined` when that cannot be read. */
  readonly state: StoreState | undefined;
  /** Entries that are whole. */
  readonly entries: number;
  /** Bytes of their parts. */
  readonly bytes: number;
  /** Empty: nothing is wrong. At most a hundred are listed. */
  readonly findings: readonly Finding[];
  /** The numbers of the whole entries, as pairs of a number and how many follow each other from it on. */
  readonly runs: Float64Array;
}

/** More findings are not listed. */
export const FINDINGS_MAX = 100;
