import { PenstockError, type ErrorCode, type PenstockErrorOptions } from '@penstock/protocol';

/** The codes of {@link JournalError}. */
export type JournalErrorCode = Extract<ErrorCode, `JOURNAL_${string}`>;

/**
 * What can go wrong with a journal.
 *
 * - JOURNAL_IN_USE: another process has it; `details.pid`, `details.host` where it says so.
 * - JOURNAL_DAMAGED: it has bytes that nobody wrote; `details.file`, and `details.sequence` if one entry is known.
 * - JOURNAL_NEWER: it was written by a version that is newer than this one; `details.version`, or `details.kind`
 *   of an entry that this one does not know.
 * - JOURNAL_FULL: there is no room; the same may succeed later.
 * - JOURNAL_FENCED: another process took it over meanwhile.
 * - JOURNAL_FAILED: the disk failed, and what of the last groups is on it nobody knows.
 */
export class JournalError extends PenstockError {
  override readonly name = 'JournalError';
  declare readonly code: JournalErrorCode;

  constructor(code: JournalErrorCode, message: string, options: PenstockErrorOptions = {}) {
    super(code, message, options);
  }
}

/** How the system says that there is no room: as Node.js puts it, and as LMDB does. */
const fullCodes: ReadonlySet<unknown> = new Set(['ENOSPC', 'EDQUOT', 'EFBIG', 28, 122, 27]);

/** Whether an error of the system says that there is no room. */
export function isDiskFull(error: unknown): boolean {
  return error instanceof Error && 'code' in error && fullCodes.has(error.code);
}

/** An error that came from below, as one of the journal. */
export function asJournalError(error: unknown): JournalError {
  if (error instanceof JournalError) return error;
  const why = error instanceof Error ? error.message : String(error);
  return isDiskFull(error)
    ? new JournalError('JOURNAL_FULL', `There is no room for the journal: ${why}.`, { cause: error })
    : new JournalError('JOURNAL_FAILED', `The journal failed: ${why}.`, { cause: error });
}
