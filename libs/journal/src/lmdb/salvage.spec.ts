import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { newFolder } from '../../test/folders.js';
import { wornJournal, type WornJournal } from '../../test/worn-journal.js';
import { check } from './check.js';
import { filesOf } from './journal-folder.js';
import { lmdbJournal } from './lmdb-journal.js';
import { readMeta, type MetaPage } from './pages/meta-page.js';
import { branchNodes } from './pages/nodes.js';
import { PageFile } from './pages/page-file.js';
import { salvage } from './salvage.js';

const PAGE = 4_096;

describe('salvage', { timeout: 120_000 }, () => {
  let worn: WornJournal;
  let meta: MetaPage;

  beforeAll(async () => {
    worn = await wornJournal(3);
    const read = readMeta(filesOf(worn.folder).data);
    if ('problem' in read) throw new Error(read.problem);
    meta = read;
  });

  async function folderWith(damage: (file: Buffer) => Buffer): Promise<string> {
    const folder = await newFolder();
    await writeFile(filesOf(folder).data, damage(Buffer.from(worn.file)));
    return folder;
  }

  async function entriesOf(folder: string): Promise<Map<number, Buffer>> {
    const journal = lmdbJournal({ folder });
    await journal.open();
    const entries = new Map<number, Buffer>();
    for await (const { sequence, bytes } of journal.replay()) entries.set(sequence, Buffer.from(bytes));
    await journal.close();
    return entries;
  }

  function rootOf(): { readonly page: number; readonly leaves: readonly number[] } {
    const file = new PageFile(filesOf(worn.folder).data, meta.pageSize);
    const page = meta.main.root ?? 0;
    const root = file.read(page);
    file.close();
    const leaves = root === undefined ? [] : (branchNodes(root) ?? []).map(({ child }) => child);
    return { page, leaves };
  }

  it('copies a sound journal as it is, and its next owner begins the next epoch', async () => {
    const to = join(await newFolder(), 'new');
    expect(await salvage(worn.folder, to)).toMatchObject({
      entries: 250,
      missing: 0,
      uncertain: [],
      findings: [],
    });
    expect((await check(to)).findings).toEqual([]);
    const journal = lmdbJournal({ folder: to });
    expect(await journal.open()).toMatchObject({ epoch: 2, entries: 250 });
    expect(journal.append(1, [])).toBe(1_501);
    await journal.close();
    expect(await entriesOf(to)).toEqual(worn.entries);
  });

  it('leaves out the one entry that is damaged, and names it', async () => {
    const [sequence, bytes] = [...worn.entries].find(([, { byteLength }]) => byteLength > 5_000) ?? [
      0,
      Buffer.alloc(0),
    ];
    const from = await folderWith((file) => {
      // Its latest copy; older ones were never written, since entries do not change.
      const at = file.lastIndexOf(bytes);
      file.writeUInt8(file.readUInt8(at + 100) ^ 1, at + 100);
      return file;
    });
    const to = await newFolder();
    await expect(lmdbJournal({ folder: from }).open()).rejects.toMatchObject({
      code: 'JOURNAL_DAMAGED',
      details: { sequence, file: filesOf(from).data },
    });
    const report = await salvage(from, to);
    expect(report).toMatchObject({ entries: 249, missing: 1, uncertain: [] });
    expect(report.findings[0]).toMatchObject({ sequence });
    const entries = await entriesOf(to);
    expect([...worn.entries.keys()].filter((number) => !entries.has(number))).toEqual([sequence]);
  });

  it('finds all entries, and can prove it, when the root of all pages is gone', async () => {
    const { page } = rootOf();
    const from = await folderWith((file) => file.fill(0, page * PAGE, (page + 1) * PAGE));
    const to = await newFolder();
    expect(await salvage(from, to)).toMatchObject({ entries: 250, missing: 0, uncertain: [] });
    expect(await entriesOf(to)).toEqual(worn.entries);
  });

  it('finds what is beside a leaf that is gone', async () => {
    const { leaves } = rootOf();
    const leaf = leaves[Math.floor(leaves.length / 2)] ?? 0;
    const from = await folderWith((file) => file.fill(0xff, leaf * PAGE, (leaf + 1) * PAGE));
    const to = await newFolder();
    const { entries, missing, uncertain } = await salvage(from, to);
    const found = await entriesOf(to);
    expect(found.size).toBe(entries);
    for (const [sequence, bytes] of found) expect(worn.entries.get(sequence)?.equals(bytes)).toBe(true);
    expect(entries).toBeGreaterThan(240);
    expect(entries).toBeLessThan(250);
    // Large entries were found by the pages that they have of their own.
    expect(uncertain).not.toEqual([]);
    expect(missing).toBeUndefined();
  });

  it('finds entries without any meta page, and says which of them may have been dropped', async () => {
    const from = await folderWith((file) => file.fill(0, 0, 2 * PAGE));
    const to = await newFolder();
    const { entries, uncertain, missing } = await salvage(from, to);
    expect(missing).toBeUndefined();
    expect(uncertain).toHaveLength(entries);
    const found = await entriesOf(to);
    for (const [sequence, bytes] of worn.entries) expect(found.get(sequence)?.equals(bytes)).toBe(true);
  });

  it('changes nothing in the old folder, and nothing in a folder that has a journal', async () => {
    const from = await folderWith((file) => file.fill(0, PAGE, 2 * PAGE));
    const before = await readFile(filesOf(from).data);
    await salvage(from, await newFolder());
    expect((await readFile(filesOf(from).data)).equals(before)).toBe(true);
    await expect(salvage(from, worn.folder)).rejects.toMatchObject({
      code: 'JOURNAL_FAILED',
      message: expect.stringContaining('There is a journal in') as unknown,
    });
    expect((await readFile(filesOf(worn.folder).data)).equals(worn.file)).toBe(true);
  });

  it('does not look at a journal that somebody has open', async () => {
    const folder = await newFolder();
    const journal = lmdbJournal({ folder });
    await journal.open();
    await expect(salvage(folder, await newFolder())).rejects.toMatchObject({ code: 'JOURNAL_IN_USE' });
    await journal.close();
  });
});
