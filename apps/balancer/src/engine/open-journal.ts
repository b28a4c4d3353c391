import type { Log } from '@penstock/engine';
import { lmdbJournal, type Journal } from '@penstock/journal';
import type { ParameterValues } from '@penstock/parameters';
import { journalFolder } from '../config/engine-settings.js';

/** A journal that this process has. */
export interface OwnJournal {
  readonly journal: Journal;
  readonly epoch: number;
}

/**
 * Opens the journal, if there is to be one.
 *
 * @throws JournalError
 */
export async function openJournal(parameters: ParameterValues, log: Log): Promise<OwnJournal | undefined> {
  const folder = journalFolder(parameters);
  if (folder === undefined) {
    log.warn('LB - WARNING : THERE IS NO JOURNAL (PENSTOCK_DATA is none): tasks do not survive this process');
    return undefined;
  }
  const journal = lmdbJournal({
    folder,
    onFull: (isFull) => {
      if (isFull)
        log.warn(
          `LB - WARNING : THE DISK IS FULL, but for what is to end: tasks that must be on it are refused (${folder})`,
        );
      else log.log('LB - OVER : THE DISK IS FULL');
    },
  });
  const { epoch, entries, bytes } = await journal.open();
  log.log(`LB - JOURNAL ${folder}: ${entries} entries, ${bytes} bytes, epoch ${epoch}`);
  return { journal, epoch };
}
