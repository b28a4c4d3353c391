import { spawnSync } from 'node:child_process';
import { mkdir, readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { newFolder } from '../../test/folders.js';
import { kill, OwnerProcess } from '../../test/processes.js';
import { lmdbJournal } from './lmdb-journal.js';
import { Ownership } from './ownership.js';

async function ownerOf(folder: string): Promise<OwnerProcess> {
  const owner = await OwnerProcess.start(folder);
  await owner.take();
  return owner;
}

describe('the owner of a journal', () => {
  it('is named when another process wants it', async () => {
    const folder = await newFolder();
    const owner = await ownerOf(folder);
    await expect(lmdbJournal({ folder }).open()).rejects.toMatchObject({
      code: 'JOURNAL_IN_USE',
      retryable: true,
      message: expect.stringContaining(`in use by process ${owner.process.pid} of `) as unknown,
      details: { folder, pid: owner.process.pid },
    });
  });

  it('still is the owner when it is stopped and cannot say so', async () => {
    const folder = await newFolder();
    const owner = await ownerOf(folder);
    owner.process.kill('SIGSTOP');
    await expect(lmdbJournal({ folder }).open()).rejects.toMatchObject({
      code: 'JOURNAL_IN_USE',
      message: expect.stringContaining('in use by another process') as unknown,
    });
  });

  it('no longer is once it was killed', async () => {
    const folder = await newFolder();
    const owner = await ownerOf(folder);
    await kill(owner.process);
    const journal = lmdbJournal({ folder });
    expect(await journal.open()).toMatchObject({ epoch: 2 });
    await journal.close();
  });

  it('is exactly one of all that start at once over what a killed one has left behind', async () => {
    const folder = await newFolder();
    await kill((await ownerOf(folder)).process);
    const starters = await Promise.all(Array.from({ length: 6 }, () => OwnerProcess.start(folder)));
    const answers = await Promise.all(starters.map((starter) => starter.take()));
    const winner = answers.findIndex(({ epoch }) => epoch === 2);
    const others = answers.filter((_, index) => index !== winner);
    expect(others).toHaveLength(5);
    for (const { code } of others) expect(code).toBe('JOURNAL_IN_USE');
  });

  it('is exactly one of many takers in every round, whoever leaves meanwhile', async () => {
    const folder = await newFolder();
    for (let round = 0; round < 20; round++) {
      const takes = await Promise.allSettled(Array.from({ length: 8 }, () => Ownership.take(folder)));
      const owners = takes.filter((take) => take.status === 'fulfilled');
      expect(owners).toHaveLength(1);
      for (const { value } of owners) await value.release();
    }
    expect(await readdir(folder), 'left-overs are few').toHaveLength(1);
  });

  it('tidies up after starters that were killed before they could win', async () => {
    const folder = await newFolder();
    const script = `require('net').createServer().listen(process.argv[1], () => process.kill(process.pid, 'SIGKILL'))`;
    spawnSync(process.execPath, ['-e', script, join(folder, 'claim-of-the-dead.sock')]);
    expect(await readdir(folder)).toEqual(['claim-of-the-dead.sock']);
    const ownership = await Ownership.take(folder);
    expect(await readdir(folder)).toEqual(['owner-1.sock']);
    await ownership.release();
  });

  it.runIf(process.platform === 'linux')(
    'may have a folder whose path is longer than that of a socket',
    async () => {
      const folder = join(await newFolder(), 'deep'.repeat(30), 'down'.repeat(30));
      await mkdir(folder, { recursive: true });
      const owner = await ownerOf(folder);
      await expect(Ownership.take(folder)).rejects.toMatchObject({ details: { pid: owner.process.pid } });
      await kill(owner.process);
      const ownership = await Ownership.take(folder);
      await ownership.release();
    },
  );
});
