import { journalContract } from '../../test/journal.contract.js';
import { SimulatedDisk } from './simulated-disk.js';
import { simulatedJournal } from './simulated-journal.js';

journalContract('simulatedJournal', {
  durability: 'disk',
  keeps: true,
  runs: 100,
  world: () => {
    const disk = new SimulatedDisk();
    return Promise.resolve({
      make: () => simulatedJournal(disk),
      kill: () => {
        disk.crash();
        return Promise.resolve();
      },
      evict: () => Promise.resolve(),
      dispose: () => Promise.resolve(),
    });
  },
});
