import { seededRandom, type Random } from '@penstock/runtime';
import { writeFile } from 'node:fs/promises';
import { beforeAll, describe, expect, it } from 'vitest';
import { newFolder } from '../../test/folders.js';
import { wornJournal, type WornJournal } from '../../test/worn-journal.js';
import { JournalError } from '../journal-error.js';
import { filesOf } from './journal-folder.js';
import { lmdbJournal } from './lmdb-journal.js';
import { readMeta } from './pages/meta-page.js';

const SEED = 4;
const META_BYTES = 168;
const PAGE = 4_096;

// Each sample is a process that looks; on a machine that does other things they take their time.
describe('a journal whose file is damaged', { timeout: 120_000 }, () => {
  let worn: WornJournal;
  /** Where the pages end that were ever written to. */
  let used: number;

  beforeAll(async () => {
    worn = await wornJournal(SEED);
    const meta = readMeta(filesOf(worn.folder).data);
    used = 'problem' in meta ? NaN : (meta.lastPage + 1) * PAGE;
    expect(used).toBeGreaterThan(100 * PAGE);
  });

  /** Opens a journal with this file: the code of the error, or `intact` if it has everything that it should have. */
  async function whatBecomesOf(file: Buffer): Promise<string> {
    const folder = await newFolder();
    await writeFile(filesOf(folder).data, file);
    const journal = lmdbJournal({ folder });
    try {
      const { entries } = await journal.open();
      const left = new Map(worn.entries);
      for await (const { sequence, bytes } of journal.replay()) {
        if (left.get(sequence)?.equals(bytes) === true) left.delete(sequence);
      }
      return left.size === 0 && entries === worn.entries.size ? 'intact' : 'SOMETHING WAS LOST IN SILENCE';
    } catch (error) {
      const isClear = error instanceof JournalError && error.message.includes(folder);
      return isClear ? error.code : `NO CLEAR ERROR: ${String(error)}`;
    } finally {
      await journal.close();
    }
  }

  async function sample(
    count: number,
    damage: (file: Buffer, random: Random) => Buffer,
  ): Promise<Map<string, number>> {
    const random = seededRandom(SEED);
    const outcomes = new Map<string, number>();
    for (let round = 0; round < count; round++) {
      const outcome = await whatBecomesOf(damage(Buffer.from(worn.file), random));
      outcomes.set(outcome, (outcomes.get(outcome) ?? 0) + 1);
    }
    return outcomes;
  }

  it('is intact when it is not damaged', async () => {
    expect(await whatBecomesOf(worn.file)).toBe('intact');
  });

  it('is refused, or has everything, when a bit of its meta pages is another', async () => {
    const outcomes = await sample(12, (file, random) =>
      flip(file, Math.floor(random() * 2) * PAGE + Math.floor(random() * META_BYTES), random),
    );
    expect([...outcomes.keys()].toSorted()).toEqual(['JOURNAL_DAMAGED', 'intact']);
  });

  it('is refused, or has everything, when a bit of any other page is another', async () => {
    const outcomes = await sample(12, (file, random) =>
      flip(file, 2 * PAGE + Math.floor(random() * (used - 2 * PAGE)), random),
    );
    expect([...outcomes.keys()].toSorted()).toEqual(['JOURNAL_DAMAGED', 'intact']);
  });

  it('is refused when its end is missing', async () => {
    const outcomes = await sample(6, (file, random) => file.subarray(0, Math.floor(random() * used)));
    expect([...outcomes.keys()]).toEqual(['JOURNAL_DAMAGED']);
  });

  it('is refused, or has everything, when a page is empty, or is another page', async () => {
    const outcomes = await sample(8, (file, random) => {
      const page = Math.floor(random() * (used / PAGE)) * PAGE;
      const other = Math.floor(random() * (used / PAGE)) * PAGE;
      if (random() < 0.5) file.fill(0, page, page + PAGE);
      else file.copy(file, page, other, other + PAGE);
      return file;
    });
    expect([...outcomes.keys()].toSorted()).toEqual(['JOURNAL_DAMAGED', 'intact']);
  });
});

function flip(file: Buffer, at: number, random: Random): Buffer {
  file.writeUInt8(file.readUInt8(at) ^ (1 << Math.floor(random() * 8)), at);
  return file;
}
