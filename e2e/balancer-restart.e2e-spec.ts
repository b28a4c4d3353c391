import { expect, it } from 'vitest';
import { clusterForTest } from './support/cluster-for-test.js';
import { taskFolder, taskSource } from './support/task-folder.js';

it('costs clients that are still there a rerun, not a task', async () => {
  const slowly = '({ n }) => new Promise((resolve) => setTimeout(resolve, 5, n))';
  const cluster = await clusterForTest({
    tasks: await taskFolder({ 'slowly.ts': taskSource('SLOWLY', slowly) }),
  });
  const killed = Promise.withResolvers<void>();
  const batch = cluster.client().submitMany(
    'SLOWLY',
    Array.from({ length: 600 }, (_, n) => ({ n })),
    {
      onResult: ({ index }) => {
        if (index === 50) cluster.balancer.kill().then(() => killed.resolve(), killed.reject);
      },
    },
  );
  await killed.promise;
  await cluster.restartBalancer();
  expect(await batch.results()).toEqual(Array.from({ length: 600 }, (_, n) => n));
});

it('finds hubs and idle clients connected again', async () => {
  const cluster = await clusterForTest({ hubs: 2 });
  const client = cluster.client();
  await client.ready();
  await cluster.balancer.kill();
  await cluster.restartBalancer();
  expect(await client.submit('HELLO', { firstName: 'John', lastName: 'Doe' }).result()).toBe(
    'Hello John Doe !',
  );
  await expect
    .poll(async () => (await cluster.request('/health/ready')).body, { timeout: 30_000 })
    .toEqual({ status: 'ready', hubs: 2 });
});

it('ends with exit code 0 when it is asked to, and frees its ports', async () => {
  const cluster = await clusterForTest({ hubs: 0 });
  expect(await cluster.balancer.stop()).toEqual({ code: 0, signal: null });
  await cluster.restartBalancer();
});
