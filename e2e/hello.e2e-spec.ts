import { expect, it } from 'vitest';
import { clusterForTest } from './support/cluster-for-test.js';

it('greets through client, balancer, hub, worker and back', async () => {
  const cluster = await clusterForTest();
  const task = cluster.client().submit('HELLO', { firstName: 'John', lastName: 'Doe' });
  expect(await task.result()).toBe('Hello John Doe !');
});

it('refuses nothing that an honest hub says, however fast its tasks end', async () => {
  const cluster = await clusterForTest({ parameters: { LB_QUEING_MAXPERUSER: '0' } });
  const payloads = Array(20_000).fill({ firstName: 'John', lastName: 'Doe' });
  const results = await cluster.client().submitMany('HELLO', payloads).results();
  expect(new Set(results)).toEqual(new Set(['Hello John Doe !']));
  expect((await cluster.request('/api/stats')).body).toMatchObject({
    refusedLeases: 0,
    queued: 0,
    running: 0,
  });
});
