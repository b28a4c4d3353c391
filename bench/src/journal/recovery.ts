import { lmdbJournal } from '@penstock/journal';
import { readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { crc32 } from 'node:zlib';
import type { Result } from '../result.js';
import { spread } from '../rounds.js';

const ROUNDS = 3;

/** A million tasks of 110 bytes: in batches of a hundred, as clients hand them in, and one by one. */
const shapes = [
  { entries: 10_000, bytes: 11_000, perCommit: 100 },
  { entries: 1_000_000, bytes: 110, perCommit: 10_000 },
];

/** Opening and replaying a journal, against reading its file and taking a CRC-32 of it. */
export async function* recovery(parent: string): AsyncGenerator<Result> {
  for (const { entries, bytes, perCommit } of shapes) {
    const folder = join(parent, `recovery-${entries}`);
    await fill(folder, entries, bytes, perCommit);
    const file = join(folder, 'journal.mdb');
    const reading: number[] = [];
    const recovering: number[] = [];
    const replaying: number[] = [];
    for (let round = 0; round < ROUNDS; round++) {
      reading.push(await timeOf(async () => void crc32(await readFile(file))));
      const journal = lmdbJournal({ folder });
      let replay = 0;
      recovering.push(
        await timeOf(async () => {
          await journal.open();
          replay = await timeOf(async () => {
            for await (const entry of journal.replay()) void entry;
          });
        }),
      );
      replaying.push(replay);
      await journal.close();
    }
    const cost = spread(recovering);
    yield {
      case: `recovery, entries=${entries} bytes=${bytes}`,
      unit: 'ms',
      ...cost,
      ratio: cost.median / spread(reading).median,
      runs: ROUNDS,
      details: {
        replayMs: Math.round(spread(replaying).median),
        fileMegabytes: Math.round((await stat(file)).size / 1e6),
      },
    };
  }
}

async function fill(folder: string, entries: number, bytes: number, perCommit: number): Promise<void> {
  const journal = lmdbJournal({ folder });
  await journal.open();
  const part = Buffer.alloc(bytes, 'x');
  for (let count = 1; count <= entries; count++) {
    journal.append(1, [part]);
    if (count % perCommit === 0) await journal.commit();
  }
  await journal.commit();
  await journal.close();
}

/** In milliseconds. */
async function timeOf(work: () => Promise<void>): Promise<number> {
  const begun = process.hrtime.bigint();
  await work();
  return Number(process.hrtime.bigint() - begun) / 1e6;
}
