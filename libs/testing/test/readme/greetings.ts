import { MemoryBalancer } from '../../src/index.js';
import { defineTask } from '@penstock/worker';

const hello = defineTask({
  name: 'HELLO',
  run: ({ firstName }: { firstName: string }) => `Hello ${firstName} !`,
});

export async function greet(): Promise<unknown> {
  await using balancer = await MemoryBalancer.start([hello]);
  const client = balancer.client();
  return await client.submit('HELLO', { firstName: 'John' }).result();
}
