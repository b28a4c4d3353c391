import { expect, it } from 'vitest';
import { clusterForTest } from './support/cluster-for-test.js';
import { taskFolder, taskSource } from './support/task-folder.js';

const brief = "() => new Promise((resolve) => setTimeout(resolve, 10, 'ok'))";

it('lets a user with three tasks through although another has queued hundreds before', async () => {
  const tasks = await taskFolder({ 'brief.ts': taskSource('BRIEF', brief) });
  const cluster = await clusterForTest({ tasks, parameters: { WKHUB_PREFETCH_MS: '0' } });
  const client = cluster.client();
  const order: string[] = [];
  const onResult = (user: string) => (): void => void order.push(user);
  const many = client.submitMany('BRIEF', Array(400).fill(null), {
    userId: 'many',
    onResult: onResult('many'),
  });
  await many.tasks[0]?.result();
  const few = client.submitMany('BRIEF', Array(3).fill(null), { userId: 'few', onResult: onResult('few') });
  await few.results();
  expect(order.filter((user) => user === 'many').length).toBeLessThan(100);
  await many.cancel();
});

it('keeps each task to the workers of its band, and tells of one that no band takes', async () => {
  const whoRan = '(_, { worker }) => worker';
  const tasks = await taskFolder({ 'who.ts': taskSource('WHO', whoRan) });
  const groups = [
    { nWorkers: 1, minP: 0, maxP: 9 },
    { nWorkers: 1, minP: 10, maxP: 99 },
    { inline: true, concurrency: 4, minP: 100 },
  ];
  const cluster = await clusterForTest({ tasks, parameters: { WKHUB_WORKERS: JSON.stringify(groups) } });
  const client = cluster.client();
  const { body } = await cluster.request('/api/workers');
  const bands = (body as { hubs: { groups: { workers: { name: string }[] }[] }[] }).hubs[0]?.groups ?? [];
  for (const [index, priorities] of [
    [0, 9, 0.5],
    [10, 99],
    [100, 1e9],
  ].entries()) {
    const names = bands[index]?.workers.map(({ name }) => name) ?? [];
    for (const priority of priorities) {
      expect(names).toContain(await client.submit('WHO', null, { priority }).result());
    }
  }
  const stuck = client.submit('WHO', null, { priority: -1 });
  await stuck.accepted;
  expect((await stuck.status()).waitingFor).toBe('no worker that knows WHO takes priority -1');
});

it('refuses what exceeds the quota of a user, and keeps the library below it', async () => {
  const tasks = await taskFolder({ 'brief.ts': taskSource('BRIEF', brief) });
  const cluster = await clusterForTest({ tasks, parameters: { LB_QUEING_MAXPERUSER: '5' } });
  expect(await cluster.client().submitMany('BRIEF', Array(60).fill(null)).results()).toHaveLength(60);
  const post = () =>
    cluster.request('/api/tasks', {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(Array(8).fill({ name: 'NOBODY', userId: 'greedy' })),
    });
  const { body } = (await post()) as { body: { tasks: { error?: { code: string } }[] } };
  expect(body.tasks.map(({ error }) => error?.code)).toEqual([
    ...Array(5).fill(undefined),
    ...Array(3).fill('QUOTA_EXCEEDED'),
  ]);
});
