import { Pattern } from '@penstock/protocol';
import { describe, expect, it } from 'vitest';
import { startHub } from '../test/hub-under-test.js';
import { plan } from '../test/plan.js';

const files = {
  'hello.ts': `import { defineTask } from '@penstock/worker';
    export default defineTask({
      name: 'HELLO',
      run: ({ firstName, lastName }: { firstName: string; lastName: string }) => \`Hello \${firstName} \${lastName} !\`,
    });`,
  'echo.ts': `export default { name: 'echo', run: (payload: unknown) => payload };`,
  'fails.mjs': `export default {
      name: 'fails',
      async run() {
        throw Object.assign(new RangeError('no such page', { cause: new Error('the disk is full') }), { code: 'E_PAGE' });
      },
    };`,
  'odd.js': `const cycle = {}; cycle.self = cycle;
    export default [
      { name: 'bigint', run: () => ({ count: 10n }) },
      { name: 'cycle', run: async () => cycle },
      { name: 'function', run: () => () => 1 },
      { name: 'nothing', run() {} },
      { name: 'large', run: (bytes) => new Uint8Array(bytes) },
      { name: 'thrower', run() { throw 'just a text'; } },
    ];`,
  'context.ts': `import { getPriority } from 'node:os';
    import { defineTask } from '@penstock/worker';
    export default defineTask({
      name: 'context',
      arguments: { width: 100, height: 50 },
      run: (_: null, { taskId, attempt, name, userId, priority, worker, arguments: fixed }) =>
        ({ taskId, attempt, name, userId, priority, worker, fixed, niceness: getPriority() }),
    });`,
};

describe('a hub', () => {
  it('says hello with its groups, and opens their credit once workers are there', async () => {
    const { balancer } = await startHub({
      files,
      groups: [plan({ slots: 2, minPriority: 10, niceness: 5 })],
    });
    const hello = await balancer.hellos.find(() => true);
    expect(hello).toMatchObject({
      name: 'test',
      groups: [{ kind: 'process', slots: 2, minPriority: 10, maxPriority: null, niceness: 5 }],
      leases: [],
    });
    expect(hello.groups[0]?.tasks).toContain('HELLO');
    expect(hello.groups[0]?.workers).toHaveLength(2);
    await balancer.window(2);
  });

  it('runs a task of its folder in a worker process and forgets it once it is settled', async () => {
    const { balancer, hub } = await startHub({ files });
    await balancer.window(1);
    const taskId = balancer.sendOne({ name: 'HELLO', payload: { firstName: 'John', lastName: 'Doe' } });
    const outcome = await balancer.outcomeOf(taskId);
    expect(outcome).toMatchObject({ status: 'done', value: 'Hello John Doe !', attempt: 1 });
    expect(outcome.worker).toMatch(/^worker_[0-9a-f]{8}$/);
    expect(await hub.until(() => hub.table.held.size === 0, 2_000)).toBe(true);
  });

  it.each([
    ['text', { text: 'schön', list: [1, null, { deep: true }] }],
    ['bytes', Buffer.from([0, 255, 1, 254])],
    ['a payload with a frame of its own', Buffer.alloc(300_000, 'x')],
    ['a text with a frame of its own', 'é'.repeat(100_000)],
  ])('passes %s to the handler and back', async (_, payload) => {
    const { balancer } = await startHub({ files });
    await balancer.window(1);
    const outcome = await balancer.outcomeOf(balancer.sendOne({ name: 'echo', payload }));
    expect(outcome.status).toBe('done');
    expect(outcome.value).toEqual(payload);
  });

  it('tells name, message, stack, cause and code of what a handler throws', async () => {
    const { balancer } = await startHub({ files });
    await balancer.window(1);
    const outcome = await balancer.outcomeOf(balancer.sendOne({ name: 'fails' }));
    expect(outcome).toMatchObject({
      status: 'failed',
      value: { name: 'RangeError', message: 'no such page', code: 'E_PAGE' },
    });
    const { stack } = outcome.value as { stack: string };
    expect(stack).toContain('fails.mjs');
    expect(stack).toContain('the disk is full');
  });

  it.each([
    ['bigint', 'BigInt'],
    ['cycle', 'circular'],
    ['function', 'a function'],
  ])('makes a task fail whose result is no JSON: %s', async (name, why) => {
    const { balancer } = await startHub({ files });
    await balancer.window(1);
    const failed = await balancer.outcomeOf(balancer.sendOne({ name }));
    expect(failed.status).toBe('failed');
    const { message } = failed.value as { message: string };
    expect(message).toContain('what the task returned is not JSON');
    expect(message).toContain(why);
    expect((await balancer.outcomeOf(balancer.sendOne({ name: 'echo', payload: 1 }))).value).toBe(1);
  });

  it('turns nothing into null, and a thrown text into a message', async () => {
    const { balancer } = await startHub({ files });
    await balancer.window(1);
    expect(await balancer.outcomeOf(balancer.sendOne({ name: 'nothing' }))).toMatchObject({ value: null });
    const thrown = await balancer.outcomeOf(balancer.sendOne({ name: 'thrower' }));
    expect(thrown).toMatchObject({ status: 'failed', value: { name: 'Error', message: 'just a text' } });
  });

  it('makes a task fail whose result is larger than a payload may be', async () => {
    const { balancer } = await startHub({ files });
    await balancer.window(1);
    const outcome = await balancer.outcomeOf(balancer.sendOne({ name: 'large', payload: 1024 * 1024 + 1 }));
    expect(outcome).toMatchObject({ status: 'failed', value: { code: 'TOO_LARGE' } });
  });

  it('gives a handler its attempt, its fixed arguments and its niceness', async () => {
    const { balancer } = await startHub({
      files,
      groups: [plan({ niceness: 7 })],
      arguments: { context: { width: 200 } },
    });
    await balancer.window(1);
    const taskId = balancer.sendOne({ name: 'context', attempt: 2 });
    const { value, worker } = await balancer.outcomeOf(taskId);
    expect(value).toEqual({
      taskId,
      attempt: 2,
      name: 'context',
      userId: 'anonymous',
      priority: 0,
      worker,
      fixed: { width: 200, height: 50 },
      niceness: 7,
    });
  });

  it('gives back a task that it does not know', async () => {
    const { balancer } = await startHub({ files });
    await balancer.window(1);
    const taskId = balancer.sendOne({ name: 'UNKNOWN' });
    const returned = await balancer.eventOf(Pattern.hubReturned);
    expect(returned).toEqual({
      leases: [balancer.lease(taskId)],
      reason: 'this hub has no task UNKNOWN',
    });
    expect((await balancer.outcomeOf(balancer.sendOne({ name: 'echo', payload: 1 }))).value).toBe(1);
  });

  it('runs thousands of short tasks, each once', async () => {
    const { balancer, hub } = await startHub({ files, groups: [plan({ slots: 2 })] });
    await balancer.window(2);
    // More than its window at once: the hub gives some of it back.
    balancer.redispatches = true;
    await balancer.outcomeOf(balancer.sendOne({ name: 'echo' }));
    const ids = balancer.send(...Array.from({ length: 5_000 }, (_, payload) => ({ name: 'echo', payload })));
    await balancer.outcomes.count(5_001);
    const seen = new Map(balancer.outcomes.all.map(({ taskId, value }) => [taskId, value]));
    expect(ids.map((id) => seen.get(id))).toEqual(ids.map((_, index) => index));
    expect(balancer.outcomes.all).toHaveLength(5_001);
    expect(await hub.until(() => hub.table.held.size === 0, 2_000)).toBe(true);
  });

  it('tells its load with its heartbeats', async () => {
    const { balancer } = await startHub({ files });
    const beat = await balancer.eventOf(
      Pattern.hubHeartbeat,
      ({ workers }: { workers?: object }) => Object.keys(workers ?? {}).length === 1,
    );
    const { cpu } = beat as { cpu: number };
    expect(cpu).toBeGreaterThanOrEqual(0);
    expect(cpu).toBeLessThanOrEqual(100);
  });
});
