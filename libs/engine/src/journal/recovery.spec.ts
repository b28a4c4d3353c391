import { simulatedJournal } from '@penstock/journal';
import { checkInvariants } from '@penstock/scheduler';
import { describe, expect, it } from 'vitest';
import { durableFixture } from '../../test/durable-fixture.js';

describe('a journal', () => {
  it('is refused when an entry is of a kind that is not known, and nothing of it is dropped', async () => {
    const { disk, start, sync } = durableFixture();
    const life = await start();
    const journal = simulatedJournal(disk);
    life.client().submit('other');
    await life.turn();
    await sync();
    await life.engine.stop();
    const opening = journal.open();
    await sync();
    await opening;
    journal.append(99, [Buffer.alloc(64)]);
    void journal.commit();
    await sync();
    const entries = disk.durable.entries.size;
    await expect(start()).rejects.toMatchObject({ code: 'JOURNAL_NEWER', details: { kind: 99 } });
    expect(disk.durable.entries.size).toBe(entries);
  });
});

describe('a task that is run again with another payload', () => {
  it('is there once after a crash, though others of its batch live', async () => {
    const { start, sync, crash } = durableFixture();
    const before = await start();
    const ids = before.client().submitMany(['HELLO', 'HELLO'].map((name) => ({ name, payload: 'old' })));
    for (const id of ids) before.engine.clients.cancel(id, before.clock.now);
    await before.turn();
    const { partition, reruns } = before.engine;
    const task = [...partition.scheduler.table][0];
    if (task === undefined) throw new Error('there is no task');
    reruns.rerun(task, before.clock.now, { payload: Buffer.from('"new"') });
    await before.turn();
    await sync();
    const after = await crash(before);
    const restored = after.engine.partition;
    const found = [...restored.scheduler.table].map((each) => [
      restored.idOf(each),
      each.state,
      Buffer.from(restored.payloads.view(each.slot)).toString(),
    ]);
    expect(found).toEqual([
      [ids[1], 'cancelled', '"old"'],
      [ids[0], 'queued', '"new"'],
    ]);
    checkInvariants(restored.scheduler);
  });
});
