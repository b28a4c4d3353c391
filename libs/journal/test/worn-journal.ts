import { seededRandom } from '@penstock/runtime';
import { readFile } from 'node:fs/promises';
import { lmdbJournal } from '../src/lmdb/lmdb-journal.js';
import { filesOf } from '../src/lmdb/journal-folder.js';
import { newFolder } from './folders.js';

/** A data file that has seen much, and what lives in it. */
export interface WornJournal {
  readonly folder: string;
  readonly file: Buffer;
  /** The bytes of each entry, by its number. */
  readonly entries: ReadonlyMap<number, Buffer>;
}

/** Makes a journal of small and large entries, most of which are dropped again, so that its pages were used and freed. */
export async function wornJournal(seed: number): Promise<WornJournal> {
  const random = seededRandom(seed);
  const folder = await newFolder();
  const journal = lmdbJournal({ folder });
  await journal.open();
  const entries = new Map<number, Buffer>();
  const commits: Promise<void>[] = [];
  for (let group = 0; group < 300; group++) {
    for (let count = 0; count < 5; count++) {
      const length = Math.floor(random() < 0.7 ? random() * 900 : random() * 12_000);
      const bytes = Buffer.alloc(length, Math.floor(random() * 256));
      entries.set(journal.append(1, [bytes]), bytes);
    }
    const numbers = [...entries.keys()];
    while (entries.size > 250) {
      const [sequence = 0] = numbers.splice(Math.floor(random() * numbers.length), 1);
      journal.drop(sequence);
      entries.delete(sequence);
    }
    commits.push(journal.commit());
    if (group % 3 === 0) await commits.at(-1);
  }
  await Promise.all(commits);
  await journal.close();
  return { folder, file: await readFile(filesOf(folder).data), entries };
}
