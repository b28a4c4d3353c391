import { checkInvariants } from '@penstock/scheduler';
import type { TaskId } from '@penstock/protocol';
import { describe, expect, it } from 'vitest';
import { durableFixture, type Life } from '../test/durable-fixture.js';

/** More than are left alone because they are the latest. */
const MANY = 5_500;
/** A client's window. */
const WINDOW = 100;

/** Hands tasks in one by one, each in a message of its own. */
function submitSingly(
  life: Life,
  count: number,
  options: (index: number) => Parameters<ReturnType<Life['client']>['submit']>[2] = () => ({}),
): TaskId[] {
  const ids: TaskId[] = [];
  for (let client = life.client(); ids.length < count;) {
    if (ids.length % WINDOW === 0) client = life.client();
    ids.push(client.submit('HELLO', ids.length, options(ids.length)));
  }
  return ids;
}

/** Every task of the engine by its id. */
function tasksOf({ engine: { partition } }: Life) {
  return [...partition.scheduler.table]
    .map((task) => ({
      id: partition.idOf(task),
      ...partition.view(task),
      order: task.order,
      payload: Buffer.from(partition.payloads.view(task.slot)).toString(),
      rules: task.rules,
    }))
    .toSorted((a, b) => a.order - b.order);
}

describe('tasks that came one by one and wait', () => {
  it('are in few entries of the journal, and are all there after every crash, as they were', async () => {
    const { disk, start, sync, crash } = durableFixture({ queuedPerUser: 0 });
    const before = await start();
    submitSingly(before, MANY, (index) => ({
      priority: index % 7,
      userId: `user ${index % 5}`,
      ...(index % 11 === 0 ? { rules: { idempotencyKey: `order ${index}`, queueTtlMs: 900_000 } } : {}),
      ...(index % 13 === 0 ? { rules: { delayMs: 500_000 + index } } : {}),
    }));
    await before.turn();
    await sync();
    expect(disk.durable.entries.size).toBeLessThan(MANY - 1_000);
    const asLines = (life: Life): string[] => tasksOf(life).map((task) => JSON.stringify(task));
    const were = asLines(before);
    expect(were).toHaveLength(MANY);
    let life = before;
    for (let lives = 0; lives < 2; lives++) {
      life = await crash(life, 100);
      await sync();
      expect(asLines(life)).toEqual(were);
      checkInvariants(life.engine.partition.scheduler);
    }
    const again = life.client('again');
    again.submit('HELLO', 11, { priority: 4, userId: 'user 1', rules: { idempotencyKey: 'order 11' } });
    await life.turn();
    await sync();
    expect(again.accepted()).toMatchObject([{ code: undefined }]);
    expect(life.engine.partition.scheduler.table.size).toBe(MANY);
  });

  it('are handed out, end and are forgotten as all others', async () => {
    const { disk, start, sync, crash } = durableFixture({ queuedPerUser: 0, finishedMax: 0 });
    const before = await start();
    const ids = submitSingly(before, MANY);
    await before.turn();
    await sync();
    const workers = before.hub([{ slots: 600, window: 600 }], 'the-hub');
    await before.turn();
    const attempts = workers.attempts();
    for (const attempt of attempts.splice(100)) workers.end(attempt);
    await before.turn();
    await sync();
    attempts.push(...workers.attempts());
    const after = await crash(before);
    await sync();
    const has = (state: string) => tasksOf(after).filter((task) => task.state === state);
    expect(has('running').map(({ id }) => id)).toEqual([...ids.slice(0, 100), ...ids.slice(600, 1_100)]);
    expect(has('queued').map(({ id }) => id)).toEqual(ids.slice(1_100));
    checkInvariants(after.engine.partition.scheduler);
    const back = after.hub([{ slots: MANY, window: MANY }], 'the-hub', attempts);
    expect(back.revoked).toEqual([]);
    for (const attempt of attempts) back.end(attempt);
    await after.turn();
    for (const attempt of back.attempts()) back.end(attempt);
    await after.turn();
    await sync();
    expect(tasksOf(after).filter(({ state }) => state !== 'done')).toEqual([]);
    expect(disk.durable.entries.size).toBeLessThan(20);
  });

  it('stay in the entry that they share with one that was handed out', async () => {
    const { start, sync, crash } = durableFixture({ queuedPerUser: 0 });
    const before = await start();
    const pairs: TaskId[] = [];
    const workers = before.hub([{ slots: 50, window: 50 }], 'the-hub');
    for (let count = 0; count < 50; count++) {
      const pair = ['HELLO', 'other'].map((name) => ({ name, payload: count }));
      pairs.push(...before.client().submitMany(pair));
      await before.turn();
    }
    expect(workers.attempts()).toHaveLength(50);
    submitSingly(before, MANY);
    await before.turn();
    await sync();
    const after = await crash(before);
    const found = tasksOf(after);
    expect(found).toHaveLength(100 + MANY);
    expect(new Set(found.map(({ id }) => id)).size).toBe(100 + MANY);
    expect(found.filter(({ state }) => state === 'running')).toHaveLength(50);
    expect(found.filter(({ id }) => pairs.includes(id))).toHaveLength(100);
    checkInvariants(after.engine.partition.scheduler);
  });

  it('do not come back when they were cancelled or forgotten before', async () => {
    const { start, sync, crash } = durableFixture({ queuedPerUser: 0, cancelledTtlMs: 1 });
    const before = await start();
    const gone = submitSingly(before, 1_000);
    for (const id of gone) before.engine.clients.cancel(id, before.clock.now);
    before.clock.now += 1_000;
    const waiting = submitSingly(before, MANY);
    for (const id of waiting.slice(0, 10)) before.engine.clients.cancel(id, before.clock.now);
    await before.turn();
    before.clock.now += 1_000;
    await before.turn();
    await sync();
    const after = await crash(before);
    expect(tasksOf(after).map(({ id }) => id)).toEqual(waiting.slice(10));
  });
});
