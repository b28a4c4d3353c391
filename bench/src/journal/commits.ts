import { lmdbJournal } from '@penstock/journal';
import { join } from 'node:path';
import type { Result } from '../result.js';
import { spread } from '../rounds.js';
import { BareLog } from './bare-log.js';

/** Many short ones: how fast a disk is changes from one moment to the next. */
const ROUNDS = 20;
const COMMITS = 40;
const RECORD_BYTES = 108;

interface Figures {
  readonly usPerCommit: number;
  readonly p50Ms: number;
}

/** Commits of batches, some of them under way at a time: the journal, and the bare log in the same rounds. */
export async function* commits(folder: string): AsyncGenerator<Result> {
  const log = await BareLog.open(join(folder, 'bare.log'));
  const journal = lmdbJournal({ folder: join(folder, 'commits') });
  await journal.open();
  const kept: number[] = [];
  const commitBatch = async (bytes: Uint8Array): Promise<void> => {
    kept.push(journal.append(1, [bytes]));
    // Entries come and go: the file does not grow without end.
    const oldest = kept.length > 500 ? kept.shift() : undefined;
    if (oldest !== undefined) journal.drop(oldest);
    await journal.commit();
  };
  for (const window of [1, 4]) {
    for (const records of [1, 16, 128, 512]) {
      const batch = Buffer.alloc(records * RECORD_BYTES, 'x');
      const bare: Figures[] = [];
      const durable: Figures[] = [];
      for (let round = -1; round < ROUNDS; round++) {
        const figures = [
          await measure((bytes) => log.append(bytes), batch, window),
          await measure(commitBatch, batch, window),
        ];
        if (round < 0) continue;
        bare.push(figures[0] as Figures);
        durable.push(figures[1] as Figures);
      }
      const yardstick = spread(bare.map(({ usPerCommit }) => usPerCommit));
      yield resultOf(`bare log, records=${records} window=${window}`, bare, yardstick.median, records);
      yield resultOf(`journal, records=${records} window=${window}`, durable, yardstick.median, records);
    }
  }
  await journal.close();
  await log.close();
}

async function measure(
  commit: (bytes: Uint8Array) => Promise<void>,
  batch: Uint8Array,
  window: number,
): Promise<Figures> {
  const times: number[] = [];
  let left = COMMITS;
  const begun = process.hrtime.bigint();
  const one = async (): Promise<void> => {
    while (left-- > 0) {
      const start = process.hrtime.bigint();
      await commit(batch);
      times.push(Number(process.hrtime.bigint() - start) / 1e6);
    }
  };
  await Promise.all(Array.from({ length: window }, one));
  const usPerCommit = Number(process.hrtime.bigint() - begun) / 1e3 / COMMITS;
  return { usPerCommit, p50Ms: spread(times).median };
}

function resultOf(name: string, figures: readonly Figures[], yardstick: number, records: number): Result {
  const cost = spread(figures.map(({ usPerCommit }) => usPerCommit));
  return {
    case: name,
    unit: 'us/commit',
    ...cost,
    ratio: cost.median / yardstick,
    runs: ROUNDS,
    details: {
      recordsPerSecond: Math.round((records / cost.median) * 1e6),
      p50Ms: Number(spread(figures.map(({ p50Ms }) => p50Ms)).median.toFixed(3)),
    },
  };
}
