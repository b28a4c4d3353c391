import { expect, it } from 'vitest';
import { durableFixture } from '../../test/durable-fixture.js';

it('a cancel does not overtake an attempt that waits for the disk', async () => {
  const { start, sync } = durableFixture();
  const { client, hub, engine, clock, turn } = await start();
  const taskId = client().submit('HELLO', null, { rules: { onWorkerLoss: 'fail' } });
  const workers = hub();
  await turn();
  engine.clients.cancel(taskId, clock.now);
  await turn();
  expect([workers.attempts(), workers.events()]).toEqual([[], []]);
  await sync();
  expect(workers.attempts()).toMatchObject([{ taskId }]);
  expect(workers.events()).toMatchObject([{ pattern: 'hub.cancel', data: { taskId, attempt: 1 } }]);
});
