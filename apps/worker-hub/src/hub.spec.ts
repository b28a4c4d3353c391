import { describe, expect, it } from 'vitest';
import { startHub } from '../test/hub-under-test.js';

const hello = `import { defineTask } from '@penstock/worker';
export default defineTask({
  name: 'HELLO',
  run: ({ firstName, lastName }: { firstName: string; lastName: string }) => \`Hello \${firstName} \${lastName} !\`,
});`;

describe('a hub', () => {
  it('runs a task of its folder in a worker process and tells the outcome', async () => {
    const { balancer, hub } = await startHub({ files: { 'hello.ts': hello } });
    await balancer.window(1);
    const taskId = balancer.sendOne({ name: 'HELLO', payload: { firstName: 'John', lastName: 'Doe' } });
    const outcome = await balancer.outcomeOf(taskId);
    expect(outcome).toMatchObject({ status: 'done', value: 'Hello John Doe !', attempt: 1 });
    expect(outcome.worker).toMatch(/^worker_[0-9a-f]{8}$/);
    expect(await hub.until(() => hub.table.held.size === 0, 2_000)).toBe(true);
  });
});
