import type { Finding } from './check-report.js';

/** What came of salvaging a journal. */
export interface SalvageReport {
  /** The file that was read, and the folder with the new journal. */
  readonly from: string;
  readonly to: string;
  /** Entries in the new journal, and the bytes of their parts. They have the numbers that they had. */
  readonly entries: number;
  readonly bytes: number;
  /**
   * Entries that were written and are not in the new journal; `undefined` when the old one no longer says how many there
   * were, or when there are `uncertain` ones.
   */
  readonly missing: number | undefined;
  /**
   * Numbers of those among the entries to which no way led any more. They are as they were written, but some of them may
   * have been dropped long ago. Empty when it could be proved that none was.
   */
  readonly uncertain: readonly number[];
  /** What was wrong, at most a hundred. */
  readonly findings: readonly Finding[];
}
