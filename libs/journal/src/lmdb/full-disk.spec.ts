import { seededRandom } from '@penstock/runtime';
import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { expect, it } from 'vitest';
import { newFolder } from '../../test/folders.js';
import { WriterProcess } from '../../test/processes.js';
import { WriterLedger } from '../../test/writer-ledger.js';
import { check } from './check.js';
import { lmdbJournal } from './lmdb-journal.js';

/** Groups are never dropped, so the file grows. */
const KEEP_ALL = 1_000_000;

it.each([
  ['large', 12_000],
  ['small', 1_000],
])(
  'survives that its file can no longer grow, with %s entries: what was committed is there',
  async (_, bytes) => {
    const folder = await newFolder();
    const ledger = new WriterLedger();
    const writer = WriterProcess.start(folder, bytes, { fileKilobytes: 6_000, groupsKept: KEEP_ALL });
    ledger.onWriter();
    await writer.eachLine((line) => ledger.onLine(line));
    expect(ledger.refusals).toContain('JOURNAL_FULL');
    expect(new Set(ledger.refusals).size).toBe(1);
    expect(writer.process).toMatchObject({ exitCode: 0, signalCode: null });

    expect((await check(folder)).findings).toEqual([]);
    const journal = lmdbJournal({ folder });
    await journal.open();
    expect(await ledger.expectAllIn(journal)).toBe(0);
    await journal.close();
  },
);

it('keeps a commit waiting when its file is as large as it may be, and refuses it when it is closed', async () => {
  const folder = await newFolder();
  let onFull: (isFull: boolean) => void = () => undefined;
  const full = new Promise<boolean>((resolve) => (onFull = resolve));
  const journal = lmdbJournal({ folder, bytesMax: 4 * 1024 * 1024, onFull });
  await journal.open();
  journal.append(1, [Buffer.alloc(1_000_000)]);
  await journal.commit();
  journal.append(1, [Buffer.alloc(3_000_000)]);
  const outcome = Promise.allSettled([journal.commit()]);
  expect(await full).toBe(true);
  await journal.close();
  expect(await outcome).toMatchObject([
    { reason: { code: 'JOURNAL_FULL', retryable: true, details: { bytesMax: 4 * 1024 * 1024 } } },
  ]);

  const roomier = lmdbJournal({ folder, bytesMax: 16 * 1024 * 1024 });
  expect(await roomier.open()).toMatchObject({ entries: 1 });
  roomier.append(1, [Buffer.alloc(3_000_000)]);
  await roomier.commit();
  await roomier.close();
});

it('is dead when LMDB itself cannot write, and has what was committed', async () => {
  const folder = await newFolder();
  const script = fileURLToPath(new URL('../../test/failing-disk.mjs', import.meta.url));
  const { stdout } = await promisify(execFile)('bash', [
    '-c',
    'ulimit -f 3000; exec "$@"',
    'bash',
    process.execPath,
    script,
    folder,
  ]);
  const { committed, outcomes } = JSON.parse(stdout) as { committed: number; outcomes: string[] };
  expect(outcomes).toEqual(['JOURNAL_FAILED false', 'JOURNAL_FAILED false', 'closed']);
  const journal = lmdbJournal({ folder });
  expect(await journal.open()).toMatchObject({ entries: committed });
  await journal.close();
});

it('never runs so full that what makes room finds none, and has room again when that is done', async () => {
  const folder = await newFolder();
  const seed = Math.floor(Math.random() * 2 ** 32);
  const random = seededRandom(seed);
  const journal = lmdbJournal({ folder, bytesMax: 64 * 1024 * 1024 });
  await journal.open();
  const live: { readonly sequence: number; readonly bytes: number }[] = [];
  const committed: Promise<void>[] = [];
  for (let round = 0; round < 3; round++) {
    // Nobody waits for what he hands in, and what is under way when there is no more room is let in all the same.
    while (journal.hasRoom) {
      const bytes = Math.ceil(random() * 300_000);
      live.push({ sequence: journal.append(1, [Buffer.alloc(bytes)]), bytes });
      committed.push(journal.commit());
      if (committed.length >= 20) await committed.shift();
    }
    expect(live.length, `round ${round}, seed ${seed}`).toBeGreaterThan(50);
    // What was let in ends: each end is written down, and the contents go some time after.
    while (live.length > 0) {
      const ended = live.splice(0, 10).map(({ sequence }) => sequence);
      const end = journal.append(2, [Buffer.alloc(20_000)]);
      await journal.commit();
      for (const sequence of [...ended, end]) journal.drop(sequence);
      await journal.commit();
    }
    await expect.poll(() => journal.hasRoom, { message: `round ${round}, seed ${seed}` }).toBe(true);
  }
  await Promise.all(committed);
  await journal.close();
});
