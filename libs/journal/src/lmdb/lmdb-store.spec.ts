import { readdir, rm, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { newFolder } from '../../test/folders.js';
import { entryOfVersion } from '../../test/newer.js';
import { encodeEntry } from '../entry.js';
import { encodeState } from '../state-record.js';
import { check } from './check.js';
import { filesOf } from './journal-folder.js';
import { entryKey, stateKey } from './keys.js';
import { lmdbJournal } from './lmdb-journal.js';
import { openLmdb, type Database } from './open-lmdb.js';

/** Writes to the file of a journal as only a bug or another version would. */
async function tamper(folder: string, change: (database: Database) => Promise<unknown>): Promise<void> {
  const database = openLmdb(filesOf(folder).data, { readOnly: false });
  await change(database);
  await database.close();
}

async function madeJournal(entries: number): Promise<string> {
  const folder = await newFolder();
  const journal = lmdbJournal({ folder });
  await journal.open();
  for (let count = 0; count < entries; count++) journal.append(1, [Buffer.from('x')]);
  await journal.commit();
  await journal.close();
  return folder;
}

describe('a journal in an LMDB file', () => {
  it('makes its folder, for its user alone, and leaves only its own files in it', async () => {
    const folder = join(await newFolder(), 'a', 'b');
    const journal = lmdbJournal({ folder });
    await journal.open();
    expect((await stat(folder)).mode & 0o777).toBe(0o700);
    await journal.close();
    expect((await readdir(folder)).toSorted()).toEqual(['journal.mdb', 'journal.mdb-lock', 'owner-1.sock']);
  });

  it('is of a newer version when one of its entries is', async () => {
    const folder = await madeJournal(1);
    await tamper(folder, (database) => database.put(entryKey(1), entryOfVersion(1, 9)));
    await expect(lmdbJournal({ folder }).open()).rejects.toMatchObject({
      code: 'JOURNAL_NEWER',
      message: expect.stringContaining('Start the version that wrote it') as unknown,
      details: { version: 9, file: filesOf(folder).data },
    });
  });

  it.each([
    ['an entry is missing', (database: Database) => database.remove(entryKey(2))],
    [
      'an entry is back that was dropped',
      (database: Database) => database.put(entryKey(9), encodeEntry(9, 1, [])),
    ],
    [
      'an entry stands in place of another',
      (database: Database) => database.put(entryKey(2), encodeEntry(3, 1, [])),
    ],
    ['its state is missing', (database: Database) => database.remove(stateKey(1))],
    [
      'it has something that no journal has',
      (database: Database) => database.put(Buffer.from('?'), Buffer.from('!')),
    ],
  ])('is damaged when %s, though all checksums are right', async (_, change) => {
    const folder = await madeJournal(3);
    await tamper(folder, change);
    await expect(lmdbJournal({ folder }).open()).rejects.toMatchObject({ code: 'JOURNAL_DAMAGED' });
  });

  it('is damaged when its file is empty, for one that was never finished has another name', async () => {
    const folder = await madeJournal(1);
    await writeFile(filesOf(folder).data, '');
    await expect(lmdbJournal({ folder }).open()).rejects.toMatchObject({ code: 'JOURNAL_DAMAGED' });

    const unfinished = await newFolder();
    await writeFile(filesOf(unfinished).unborn, 'half of a file');
    const journal = lmdbJournal({ folder: unfinished });
    expect(await journal.open()).toMatchObject({ epoch: 1, entries: 0 });
    await journal.close();
  });

  it('does not need the lock file that a process has left behind', async () => {
    const folder = await madeJournal(1);
    await rm(filesOf(folder).lock);
    const journal = lmdbJournal({ folder });
    expect(await journal.open()).toMatchObject({ epoch: 2, entries: 1 });
    expect((await stat(filesOf(folder).lock)).blocks * 512).toBeGreaterThanOrEqual(16_384);
    await journal.close();
  });

  it('no longer writes when somebody has begun another epoch in its file', async () => {
    const folder = await newFolder();
    const journal = lmdbJournal({ folder });
    await journal.open();
    await tamper(folder, async (database) => {
      await database.remove(stateKey(1));
      await database.put(stateKey(2), encodeState({ epoch: 2, next: 1, entries: 0, digest: [0, 0] }));
    });
    journal.append(1, [Buffer.from('too late')]);
    await expect(journal.commit()).rejects.toMatchObject({ code: 'JOURNAL_FENCED', details: { folder } });
    await journal.close();
    expect(await check(folder)).toMatchObject({ entries: 0, state: { epoch: 2 }, findings: [] });
  });

  it('can be checked while it is written to', async () => {
    const folder = await newFolder();
    const journal = lmdbJournal({ folder });
    await journal.open();
    const live: number[] = [];
    let isChecking = true;
    const writing = (async () => {
      for (let group = 0; isChecking; group++) {
        for (let count = 0; count < 5; count++)
          live.push(journal.append(1, [Buffer.alloc((group % 7) * 900)]));
        if (live.length > 100) for (const sequence of live.splice(0, 10)) journal.drop(sequence);
        await journal.commit();
      }
    })();
    for (let round = 0; round < 3; round++) expect((await check(folder)).findings).toEqual([]);
    isChecking = false;
    await writing;
    await journal.close();
  });

  it('says that there is none to check', async () => {
    await expect(check(await newFolder())).rejects.toMatchObject({ code: 'JOURNAL_FAILED' });
  });
});
