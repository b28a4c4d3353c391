import { journalContract } from '../test/journal.contract.js';
import { MemoryJournal } from './memory-journal.js';

journalContract('MemoryJournal', {
  durability: 'memory',
  keeps: false,
  runs: 100,
  world: () =>
    Promise.resolve({
      make: () => new MemoryJournal(),
      kill: () => Promise.resolve(),
      evict: () => Promise.resolve(),
      dispose: () => Promise.resolve(),
    }),
});
