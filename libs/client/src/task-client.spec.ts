import { afterEach, describe, expect, it } from 'vitest';
import { FakeBalancer } from '../test/fake-balancer.js';
import { TaskClient } from './task-client.js';

const cleanups: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const cleanup of cleanups.splice(0).toReversed()) await cleanup();
});

async function start() {
  const balancer = await FakeBalancer.start();
  const client = new TaskClient({ endpoint: balancer.endpoint });
  cleanups.push(
    () => balancer.stop(),
    () => client.close(),
  );
  return { balancer, client };
}

describe('TaskClient', () => {
  it('submits a task and gets its result', async () => {
    const { balancer, client } = await start();
    balancer.run = ({ payload }) => `Hello ${(payload as { firstName: string }).firstName} !`;
    const task = client.submit('HELLO', { firstName: 'John' });
    expect(await task.accepted).toEqual({ durability: 'memory' });
    expect(await task.result()).toBe('Hello John !');
    expect(await balancer.collected.next()).toBe(task.id);
  });
});
