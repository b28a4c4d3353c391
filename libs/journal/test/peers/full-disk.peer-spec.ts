import { execFileSync } from 'node:child_process';
import { rm, statfs, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { check } from '../../src/lmdb/check.js';
import { lmdbJournal } from '../../src/lmdb/lmdb-journal.js';
import { newFolder } from '../folders.js';
import { replayed } from '../journal.contract.js';

// A disk of its own, which takes root to mount: CI alone runs this.
let disk: string;

beforeAll(async () => {
  disk = await newFolder();
  execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=32m', 'tmpfs', disk]);
});
afterAll(() => {
  execFileSync('umount', [disk]);
});

it('waits while the disk is full, and goes on when there is room', async () => {
  const ballast = join(disk, 'ballast');
  const folder = join(disk, 'journal');
  await writeFile(ballast, Buffer.alloc(16 * 1024 * 1024));
  const told: boolean[] = [];
  let onFull: () => void = () => undefined;
  const full = new Promise<void>((resolve) => (onFull = resolve));
  const journal = lmdbJournal({
    folder,
    onFull: (isFull) => {
      told.push(isFull);
      onFull();
    },
  });
  await journal.open();
  const commits: Promise<void>[] = [];
  let acknowledged = 0;
  const append = (bytes: number): void => {
    journal.append(1, [Buffer.alloc(bytes, 'x')]);
    commits.push(journal.commit().then(() => void (acknowledged += 1)));
  };
  while (told.length === 0) {
    append(13_800);
    await Promise.race([commits.at(-1), full]);
  }
  await Promise.all(commits);
  expect(journal.hasRoom).toBe(false);
  // There is room for what makes room, and for this there is not.
  append(13_800);
  await commits.at(-1);
  append(10_000_000);
  append(13_800);
  await expect.poll(async () => (await statfs(disk)).bavail).toBe(0);
  expect(acknowledged).toBe(commits.length - 2);
  expect(await replayed(journal), 'while it is full').toHaveLength(acknowledged);
  expect((await check(folder)).findings).toEqual([]);

  await rm(ballast);
  await Promise.all(commits);
  expect(told).toEqual([true, false]);
  expect(journal.hasRoom).toBe(true);
  await journal.close();

  const again = lmdbJournal({ folder });
  expect(await again.open()).toMatchObject({ epoch: 2, entries: commits.length });
  await again.close();
});

it('cannot be opened on a disk that is full, and can be later', async () => {
  const ballast = join(disk, 'ballast');
  const folder = join(disk, 'another');
  await rm(join(disk, 'journal'), { recursive: true, force: true });
  await writeFile(ballast, Buffer.alloc(64 * 1024 * 1024)).catch(() => undefined);
  await expect(lmdbJournal({ folder }).open()).rejects.toMatchObject({
    code: 'JOURNAL_FULL',
    retryable: true,
  });
  await rm(ballast);
  const journal = lmdbJournal({ folder });
  await journal.open();
  await journal.close();
});
