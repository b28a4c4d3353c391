import { GroupedJournal, type GroupedJournalOptions } from '../grouped-journal.js';
import type { Journal } from '../journal.js';
import type { SimulatedDisk } from './simulated-disk.js';
import { SimulatedStore } from './simulated-store.js';

/** The journal of a process of a simulation. After a crash of the disk's machine a new one is made. */
export function simulatedJournal(disk: SimulatedDisk, options: GroupedJournalOptions = {}): Journal {
  return new GroupedJournal(new SimulatedStore(disk), options);
}
