import { seededRandom } from '@penstock/runtime';
import fc from 'fast-check';
import { setImmediate } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import { replayed } from '../../test/journal.contract.js';
import { ManualTimers } from '../../test/manual-timers.js';
import type { Journal } from '../journal.js';
import { SimulatedDisk } from './simulated-disk.js';
import { simulatedJournal } from './simulated-journal.js';

/** A disk of which a test decides when a sync ends. */
function heldDisk(seed: number): { disk: SimulatedDisk; timers: ManualTimers } {
  const timers = new ManualTimers();
  return { disk: new SimulatedDisk({ timers, random: seededRandom(seed), syncMs: () => 5 }), timers };
}

async function opened(disk: SimulatedDisk, timers: ManualTimers): Promise<Journal> {
  const journal = simulatedJournal(disk, { timers });
  let isOpen = false;
  const opening = journal.open().then(() => (isOpen = true));
  // What a process that is dead has waited for goes off as well.
  for (; !isOpen; await setImmediate()) timers.next();
  await opening;
  return journal;
}

async function textsOf(journal: Journal): Promise<string[]> {
  return (await replayed(journal)).map(({ text }) => text);
}

describe('SimulatedDisk', () => {
  it('has a group when its sync has ended, and not before', async () => {
    const { disk, timers } = heldDisk(1);
    const journal = await opened(disk, timers);
    journal.append(1, [Buffer.from('a')]);
    let isDone = false;
    const commit = journal.commit().then(() => (isDone = true));
    await setImmediate();
    expect(isDone).toBe(false);
    expect(await textsOf(journal)).toEqual([]);
    timers.next();
    await commit;
    expect(await textsOf(journal)).toEqual(['a']);
  });

  it('has, after a crash, all groups that were acknowledged and some that follow, each of them whole', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.integer(),
        fc.nat(6),
        fc.integer({ min: 1, max: 4 }),
        async (seed, syncs, parts) => {
          const { disk, timers } = heldDisk(seed);
          const journal = await opened(disk, timers);
          let acknowledged = 0;
          for (let group = 0; group < 6; group++) {
            for (let part = 0; part < parts; part++) journal.append(group, [Buffer.alloc(700, group)]);
            void journal.commit().then(() => (acknowledged += 1));
          }
          for (let sync = 0; sync < syncs; sync++) {
            timers.next();
            await setImmediate();
          }
          disk.crash();

          const next = await opened(disk, timers);
          const kinds = (await replayed(next)).map(({ kind }) => kind);
          const groups = kinds.length / parts;
          expect(groups).toBeGreaterThanOrEqual(acknowledged);
          expect(kinds).toEqual(
            Array.from({ length: kinds.length }, (_, index) => Math.floor(index / parts)),
          );
          expect(Number.isInteger(groups)).toBe(true);
        },
      ),
    );
  });

  it('loses, keeps and tears the group that was under way, each of them now and then', async () => {
    const found = new Set<number>();
    for (let seed = 0; seed < 30; seed++) {
      const { disk, timers } = heldDisk(seed);
      const journal = await opened(disk, timers);
      for (let part = 0; part < 4; part++) journal.append(1, [Buffer.alloc(700, 1)]);
      void journal.commit();
      disk.crash();
      found.add((await replayed(await opened(disk, timers))).length);
    }
    expect([...found].toSorted((a, b) => a - b)).toEqual([0, 4]);
  });

  it('does the same again with the same seed', async () => {
    const run = async (seed: number): Promise<unknown> => {
      const { disk, timers } = heldDisk(seed);
      for (let life = 0; life < 8; life++) {
        const journal = await opened(disk, timers);
        journal.append(life, [Buffer.alloc(3_000, life)]);
        void journal.commit();
        disk.crash();
      }
      return [...disk.durable.entries.keys()];
    };
    expect(await run(7)).toEqual(await run(7));
    expect(await run(7)).not.toEqual(await run(8));
  });

  it('never settles what a process wanted that a crash has ended', async () => {
    const { disk, timers } = heldDisk(1);
    const journal = await opened(disk, timers);
    journal.append(1, []);
    let isSettled = false;
    void journal.commit().finally(() => (isSettled = true));
    disk.crash();
    while (timers.next()) await setImmediate();
    expect(isSettled).toBe(false);
  });

  it('keeps a group waiting while it is full', async () => {
    const { disk, timers } = heldDisk(1);
    const told: boolean[] = [];
    const journal = simulatedJournal(disk, { timers, onFull: (isFull) => told.push(isFull) });
    const opening = journal.open();
    timers.next();
    await opening;
    disk.isFull = true;
    journal.append(1, [Buffer.from('patient')]);
    const commit = journal.commit();
    await setImmediate();
    timers.next();
    await setImmediate();
    expect(told).toEqual([true]);
    disk.isFull = false;
    timers.next();
    await setImmediate();
    timers.next();
    await commit;
    expect(told).toEqual([true, false]);
    expect(await textsOf(journal)).toEqual(['patient']);
  });

  it('says which entry is damaged', async () => {
    const { disk, timers } = heldDisk(1);
    const journal = await opened(disk, timers);
    journal.append(1, [Buffer.from('a')]);
    const commit = journal.commit();
    timers.next();
    await commit;
    disk.damage();
    await expect(simulatedJournal(disk).open()).rejects.toMatchObject({
      code: 'JOURNAL_DAMAGED',
      details: { sequence: 1 },
    });
  });

  it('lets an old owner whose sync ends after the new one has begun write nothing', async () => {
    const { disk, timers } = heldDisk(1);
    const old = await opened(disk, timers);
    const opening = simulatedJournal(disk, { timers }).open();
    old.append(1, [Buffer.from('late')]);
    const outcome = Promise.allSettled([old.commit()]);
    while (timers.next()) await setImmediate();
    await opening;
    expect(await outcome).toMatchObject([{ reason: { code: 'JOURNAL_FENCED' } }]);
    expect(disk.durable.entries.size).toBe(0);
  });
});
