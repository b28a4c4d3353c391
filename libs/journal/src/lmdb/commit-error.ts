import { JournalError } from '../journal-error.js';

/** LMDB's word for a map that is too small. */
const MDB_MAP_FULL = -30_792;

/** Why LMDB has not committed. What it says first is only that it has not; the reason comes after. */
export async function commitError(error: unknown, file: string): Promise<JournalError> {
  const reason = await reasonOf(error);
  const message = reason instanceof Error ? reason.message : String(reason);
  const code = reason instanceof Error && 'code' in reason ? reason.code : undefined;
  if (code === MDB_MAP_FULL) {
    return new JournalError('JOURNAL_FULL', `The journal ${file} is as large as it may be.`, {
      details: { file },
      cause: reason,
    });
  }
  return new JournalError(
    'JOURNAL_FAILED',
    `The journal ${file} could not be written: ${message}. What of the last tasks is in it shows when it is opened again.`,
    { details: { file, reason: message }, cause: reason },
  );
}

async function reasonOf(error: unknown): Promise<unknown> {
  if (!(error instanceof Error) || !('commitError' in error)) return error;
  try {
    await error.commitError;
    return error;
  } catch (reason) {
    return reason;
  }
}
