import { expect, it } from 'vitest';
import { clusterForTest } from './support/cluster-for-test.js';
import { descendantsOf } from './support/processes.js';
import { taskFolder, taskSource } from './support/task-folder.js';

/** Long enough to be killed in the middle of, short enough for thousands of them. */
const slowly = '({ n }) => new Promise((resolve) => setTimeout(resolve, 3, n))';

function* numbers(count: number): Generator<{ n: number }> {
  for (let n = 0; n < count; n++) yield { n };
}

it('counts every task exactly once although workers and a whole hub are killed', async () => {
  const tasks = await taskFolder({ 'slowly.ts': taskSource('SLOWLY', slowly) });
  const cluster = await clusterForTest({ hubs: 2, tasks });
  const [first, second] = cluster.hubs;
  const seen = new Map<number, number>();
  for await (const result of cluster
    .client()
    .map<never>('SLOWLY', numbers(2_000) as never, { concurrency: 100 })) {
    if (!result.ok) throw result.error;
    const value = result.value as number;
    seen.set(value, (seen.get(value) ?? 0) + 1);
    if (seen.size === 300) for (const pid of descendantsOf(first?.pid ?? 0)) process.kill(pid, 'SIGKILL');
    if (seen.size === 700) second?.signal('SIGKILL');
  }
  expect(seen.size).toBe(2_000);
  expect([...seen.values()].every((times) => times === 1)).toBe(true);
  const { body } = await cluster.request('/api/stats');
  expect(body).toMatchObject({ hubs: 1, queued: 0, running: 0 });
});

it('ends a task that kills every worker it is given to, and only that task', async () => {
  const tasks = await taskFolder({
    'deadly.ts': taskSource('DEADLY', "() => process.kill(process.pid, 'SIGKILL')"),
    'slowly.ts': taskSource('SLOWLY', slowly),
  });
  const cluster = await clusterForTest({ tasks });
  const client = cluster.client();
  const deadly = client.submit('DEADLY', null);
  const others = client.submitMany('SLOWLY', numbers(50));
  await expect(deadly.result()).rejects.toMatchObject({
    code: 'TASK_FAILED',
    details: { name: 'Quarantined', code: 'QUARANTINED' },
  });
  const outcomes = await others.results();
  expect(outcomes).toHaveLength(50);
});

it('hands the work of a hub that is told to stop to another one', async () => {
  const tasks = await taskFolder({ 'slowly.ts': taskSource('SLOWLY', slowly) });
  const cluster = await clusterForTest({ hubs: 2, tasks });
  const batch = cluster.client().submitMany('SLOWLY', numbers(800), {
    onResult: ({ index }) => {
      if (index === 100) cluster.hubs[0]?.signal('SIGTERM');
    },
  });
  expect(await batch.results()).toHaveLength(800);
  expect(await cluster.hubs[0]?.exited).toEqual({ code: 0, signal: null });
});
