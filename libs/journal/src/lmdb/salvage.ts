import { filesOf } from './journal-folder.js';
import { ChildCrash, inChild } from './in-child.js';
import { JournalError } from '../journal-error.js';
import { Ownership } from './ownership.js';
import type { SalvageReport } from './salvage-report.js';

/**
 * Copies every entry that can be read of a journal that nobody has open into a new one, and tells what could not be
 * read. The old one is not changed.
 *
 * @param to a folder without a journal; it is made if it does not exist
 * @throws JournalError JOURNAL_IN_USE when somebody has the old one; JOURNAL_FAILED when the new one cannot be written
 */
export async function salvage(from: string, to: string): Promise<SalvageReport> {
  const ownership = await Ownership.take(from);
  try {
    return (await inChild('salvage', filesOf(from).data, to)) as SalvageReport;
  } catch (error) {
    if (!(error instanceof ChildCrash)) throw error;
    throw new JournalError(
      'JOURNAL_FAILED',
      `The journal in ${from} could not be salvaged to ${to}. ${error.message}`,
      {
        details: { from, to },
        cause: error,
      },
    );
  } finally {
    await ownership.release();
  }
}
