import { once } from 'node:events';
import { defineTask } from '@penstock/worker';
import { describe, expect, it, onTestFinished } from 'vitest';
import { MemoryBalancer, type RunnableTask } from './index.js';

interface Person {
  readonly firstName: string;
}

const hello = defineTask({ name: 'HELLO', run: ({ firstName }: Person) => `Hello ${firstName} !` });
const bytes = defineTask({ name: 'reverse', run: (data: Uint8Array) => data.toReversed() });
const fails = defineTask({
  name: 'fails',
  run: () => {
    throw new RangeError('not this one');
  },
});
const obeys = defineTask({
  name: 'obeys',
  async run(_payload: null, { signal }) {
    if (!signal.aborted) await once(signal, 'abort');
    signal.throwIfAborted();
  },
});

async function start(tasks: readonly RunnableTask[] = [hello, bytes, fails, obeys]) {
  const balancer = await MemoryBalancer.start(tasks);
  onTestFinished(() => balancer.stop());
  return { balancer, client: balancer.client() };
}

describe('a balancer within a test', () => {
  it('runs tasks of real clients: one, many, a stream', async () => {
    const { client } = await start();
    expect(await client.submit('HELLO', { firstName: 'John' }).result()).toBe('Hello John !');
    const people = Array.from({ length: 500 }, (_, index) => ({ firstName: `${index}` }));
    expect(await client.submitMany('HELLO', people).results()).toEqual(
      people.map(({ firstName }) => `Hello ${firstName} !`),
    );
    const seen: unknown[] = [];
    for await (const result of client.map('HELLO', people.slice(0, 3), { ordered: true }))
      seen.push(result.ok && result.value);
    expect(seen).toEqual(['Hello 0 !', 'Hello 1 !', 'Hello 2 !']);
    expect(await client.submit('reverse', Uint8Array.of(1, 2)).result()).toEqual(Uint8Array.of(2, 1));
  });

  it('fails as tasks fail', async () => {
    const { client } = await start();
    await expect(client.submit('fails', null).result()).rejects.toMatchObject({
      code: 'TASK_FAILED',
      details: { name: 'RangeError', message: 'not this one' },
    });
    await expect(client.submit('reverse', { no: 'bytes' }).result()).rejects.toMatchObject({
      code: 'TASK_FAILED',
    });
  });

  it('tells progress, context and status', async () => {
    const seen = Promise.withResolvers<void>();
    const steps = defineTask({
      name: 'steps',
      async run(_payload: null, { progress, userId, priority, arguments: fixed }) {
        progress(50);
        await seen.promise;
        return { userId, priority, fixed };
      },
      arguments: { step: 2 },
    });
    const { client } = await start([steps]);
    const task = client.submit('steps', null, { userId: 'mary', priority: 3 });
    for await (const percent of task.progress()) {
      expect(percent).toBe(50);
      expect(await task.status()).toMatchObject({ state: 'running', progress: 50, worker: 'memory' });
      seen.resolve();
    }
    expect(await task.result()).toEqual({ userId: 'mary', priority: 3, fixed: { step: 2 } });
    expect(await task.status()).toMatchObject({ state: 'done', progress: 50, userId: 'mary', attempt: 1 });
    expect(task.outcome).toMatchObject({ worker: 'memory', attempt: 1 });
  });

  it('cancels what runs by its signal, and what nobody knows at once', async () => {
    const { client } = await start();
    const running = client.submit('obeys', null);
    await running.accepted;
    expect(await running.cancel()).toMatchObject({ from: 'running' });
    await expect(running.result()).rejects.toMatchObject({ code: 'TASK_CANCELLED' });
    const waiting = client.submit('unknown', null);
    await waiting.accepted;
    expect(await waiting.status()).toMatchObject({
      state: 'queued',
      waitingFor: 'no task unknown is among those of the test',
    });
    expect(await waiting.cancel()).toMatchObject({ from: 'queued' });
    await expect(waiting.result()).rejects.toMatchObject({ code: 'TASK_CANCELLED' });
  });

  it('asks for its tasks when one is handed in, so that they may be made later', async () => {
    const made: RunnableTask[] = [];
    const balancer = await MemoryBalancer.start(() => made);
    onTestFinished(() => balancer.stop());
    made.push(hello);
    expect(await balancer.client().submit('HELLO', { firstName: 'Ada' }).result()).toBe('Hello Ada !');
  });

  it('fails a task when its tasks cannot be told', async () => {
    const balancer = await MemoryBalancer.start(() => {
      throw new Error('HELLO is there twice');
    });
    onTestFinished(() => balancer.stop());
    await expect(balancer.client().submit('HELLO', null).result()).rejects.toMatchObject({
      code: 'TASK_FAILED',
      message: expect.stringContaining('HELLO is there twice'),
    });
  });

  it('keeps clients apart, and may be there several times', async () => {
    const [one, two] = [await start(), await start()];
    const other = one.balancer.client();
    const results = await Promise.all(
      [one.client, other, two.client].map((client, index) =>
        client.submit('HELLO', { firstName: `${index}` }).result(),
      ),
    );
    expect(results).toEqual(['Hello 0 !', 'Hello 1 !', 'Hello 2 !']);
  });

  it('ends its clients with it', async () => {
    const balancer = await MemoryBalancer.start([]);
    const waiting = balancer.client().submit('unknown', null).result();
    await Promise.all([expect(waiting).rejects.toMatchObject({ code: 'CLOSED' }), balancer.stop()]);
  });
});
