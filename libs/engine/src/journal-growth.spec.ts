import { describe, expect, it } from 'vitest';
import { durableFixture } from '../test/durable-fixture.js';

describe('the journal', () => {
  it('does not grow with what is over', async () => {
    const { start, sync, disk } = durableFixture({ finishedMax: 10 });
    const { client, hub, turn, engine } = await start();
    const john = client();
    const workers = hub([{ slots: 50, window: 50 }]);
    for (let round = 0; round < 60; round++) {
      for (let count = 0; count < 40; count++) john.submit('HELLO', 'x'.repeat(500));
      await turn();
      for (const attempt of workers.attempts()) workers.end(attempt);
      await turn();
      await sync();
      for (const { taskId } of john.results()) john.collect(taskId);
    }
    expect(engine.partition.scheduler.table.size).toBe(10);
    expect(disk.durable.entries.size).toBeLessThan(60);
  });

  it('does not bring back what is forgotten of a batch, however often the balancer starts', async () => {
    const { start, sync, crash } = durableFixture({ finishedMax: 0 });
    const before = await start();
    const workers = before.hub([{ slots: 4, window: 4 }]);
    const john = before.client();
    const ids = john.submitMany(['HELLO', 'HELLO', 'other'].map((name) => ({ name, payload: 'x' })));
    await before.turn();
    for (const attempt of workers.attempts()) workers.end(attempt);
    // The last one that has ended is always known.
    john.submitMany([{ name: 'HELLO', payload: 'x' }]);
    await before.turn();
    for (const attempt of workers.attempts()) workers.end(attempt);
    await before.turn();
    await sync();
    let life = before;
    for (let lives = 0; lives < 3; lives++) {
      life = await crash(life);
      await sync();
      expect(life.recovered.tasks).toBe(2);
      const known = life.engine.clients.status(ids).map(({ taskId, state }) => [taskId, state]);
      expect(known).toEqual([[ids[2], 'queued']]);
    }
  });

  it('holds no batch for one task that lives long', async () => {
    const { start, sync, crash, disk } = durableFixture({ finishedMax: 0 });
    const before = await start();
    const john = before.client();
    const workers = before.hub([{ slots: 100, window: 100 }]);
    const writer = Array.from({ length: 90 }, (_, index) => (index === 45 ? 'other' : 'HELLO'));
    const ids = john.submitMany(writer.map((name) => ({ name, payload: 'y'.repeat(200) })));
    await before.turn();
    await sync();
    const bytes = () => [...disk.durable.entries.values()].reduce((sum, entry) => sum + entry.byteLength, 0);
    expect(bytes()).toBeGreaterThan(18_000);
    for (const attempt of workers.attempts()) workers.end(attempt);
    await before.turn();
    await sync();
    // What was handed in with it has mostly just ended, and the rest might as well: it is not written anew at once.
    expect(bytes()).toBeGreaterThan(18_000);
    for (let others = 0; others < 100; others++) {
      john.submitMany([{ name: 'HELLO', payload: 'y' }]);
      await before.turn();
      for (const attempt of workers.attempts()) workers.end(attempt);
      await before.turn();
      await sync();
    }
    expect(bytes()).toBeLessThan(3_000);
    const after = await crash(before);
    expect(after.engine.clients.status(ids)[0]).toMatchObject({
      taskId: ids[45],
      state: 'queued',
      name: 'other',
    });
  });
});
