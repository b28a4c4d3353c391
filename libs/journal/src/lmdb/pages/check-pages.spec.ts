import { seededRandom } from '@penstock/runtime';
import { open, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { newFolder } from '../../../test/folders.js';
import { wornJournal, type WornJournal } from '../../../test/worn-journal.js';
import { decodeEntry, isFault } from '../../entry.js';
import { decodeState } from '../../state-record.js';
import { filesOf } from '../journal-folder.js';
import { epochAt, sequenceAt } from '../keys.js';
import { checkPages } from './check-pages.js';
import { readMeta, type MetaPage } from './meta-page.js';
import { PageFile } from './page-file.js';
import { PageUse } from './page-use.js';
import { TreeWalk } from './tree-walk.js';

const SEED = 11;
const FLIPS = 3_000;

describe('checkPages', () => {
  let worn: WornJournal;
  let meta: MetaPage;

  beforeAll(async () => {
    worn = await wornJournal(SEED);
    const read = readMeta(filesOf(worn.folder).data);
    if ('problem' in read) throw new Error(read.problem);
    meta = read;
  });

  it('finds nothing wrong with a file that was written to a lot', () => {
    expect(checkPages(filesOf(worn.folder).data)).toEqual({ problems: [], transaction: meta.transaction });
  });

  it('and the checksums leave no way for a bit to change what lives', async () => {
    const path = join(await newFolder(), 'copy.mdb');
    await writeFile(path, worn.file);
    const expected = contentOf(path, meta);
    const copy = await open(path, 'r+');
    const random = seededRandom(SEED);
    const byte = Buffer.alloc(1);
    const outcomes = { refused: 0, intact: 0, changed: [] as number[] };
    for (let round = 0; round < FLIPS; round++) {
      // Half of them hit the first bytes of a page, where everything depends on them.
      const page = Math.floor(random() * (meta.lastPage + 1));
      const at = page * meta.pageSize + Math.floor(random() * (round % 2 === 0 ? 168 : meta.pageSize));
      const there = worn.file.readUInt8(at);
      byte.writeUInt8(there ^ (1 << Math.floor(random() * 8)));
      await copy.write(byte, 0, 1, at);
      const content = checkPages(path).problems.length > 0 ? undefined : contentOf(path, meta);
      if (content === undefined) outcomes.refused += 1;
      else if (content === expected) outcomes.intact += 1;
      else outcomes.changed.push(at);
      byte.writeUInt8(there);
      await copy.write(byte, 0, 1, at);
    }
    await copy.close();
    expect(outcomes.changed, `bytes whose bits went through, seed ${SEED}`).toEqual([]);
    expect(outcomes.refused).toBeGreaterThan(FLIPS / 10);
    expect(outcomes.intact).toBeGreaterThan(FLIPS / 10);
    expect(checkPages(path).problems).toEqual([]);
  });
});

/** All that the tree leads to, or `undefined` when some of it is not as it was written. */
function contentOf(path: string, { main, pageSize, lastPage, transaction }: MetaPage): string | undefined {
  const file = new PageFile(path, pageSize);
  const lines: string[] = [];
  let isSound = true;
  new TreeWalk(file, main, {
    transaction,
    use: new PageUse(lastPage),
    onFault: () => (isSound = false),
    onValue: (key, value) => {
      const sequence = sequenceAt(key);
      const epoch = epochAt(key);
      const isState = epoch !== undefined && !('problem' in decodeState(epoch, value));
      const isEntry = sequence !== undefined && !isFault(decodeEntry(sequence, value));
      isSound &&= isState || isEntry;
      lines.push(`${key.toString('hex')} ${value.toString('base64')}`);
    },
    compare: (a, b) => Buffer.compare(a, b),
  }).run();
  file.close();
  return isSound ? lines.join('\n') : undefined;
}
