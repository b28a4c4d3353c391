import { filesOf } from './journal-folder.js';
import type { CheckReport } from './check-report.js';
import { ChildCrash, inChild } from './in-child.js';

/**
 * Looks at every page and every entry of a journal without taking it, also while another process has it: then it sees
 * what that one has committed last.
 *
 * @throws JournalError JOURNAL_FAILED when there is no journal in the folder, or it cannot be read
 */
export async function check(folder: string): Promise<CheckReport> {
  return checkFile(filesOf(folder).data);
}

/** {@link check} of a data file. A crash is a finding. */
export async function checkFile(file: string): Promise<CheckReport> {
  try {
    return (await inChild('scan', file)) as CheckReport;
  } catch (error) {
    if (!(error instanceof ChildCrash)) throw error;
    const findings = [{ file, message: error.message }];
    return { file, state: undefined, entries: 0, bytes: 0, findings, runs: new Float64Array() };
  }
}
