import { cp, readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { newFolder } from '../../test/folders.js';
import { journalContract } from '../../test/journal.contract.js';
import type { Journal } from '../journal.js';
import { lmdbJournal } from './lmdb-journal.js';

/** Without the sockets that say who has it. */
async function evict(folder: string): Promise<void> {
  for (const name of await readdir(folder)) if (name.endsWith('.sock')) await rm(join(folder, name));
}

journalContract('lmdbJournal', {
  durability: 'disk',
  keeps: true,
  runs: 12,
  world: async () => {
    let folder = await newFolder();
    const open = new Set<Journal>();
    return {
      make: () => {
        const journal = lmdbJournal({ folder });
        open.add(journal);
        return journal;
      },
      // What a process leaves behind that is killed is its files as they are. It cannot be killed here; see kill.spec.ts.
      kill: async () => {
        const copy = await newFolder();
        await cp(folder, copy, { recursive: true, filter: (path) => !path.endsWith('.sock') });
        folder = copy;
      },
      evict: () => evict(folder),
      dispose: async () => {
        for (const journal of open) await journal.close();
      },
    };
  },
});
