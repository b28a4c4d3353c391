import { expect, it } from 'vitest';
import { clusterForTest } from './support/cluster-for-test.js';

it('greets through client, balancer, hub, worker and back', async () => {
  const cluster = await clusterForTest();
  const task = cluster.client().submit('HELLO', { firstName: 'John', lastName: 'Doe' });
  expect(await task.result()).toBe('Hello John Doe !');
});
