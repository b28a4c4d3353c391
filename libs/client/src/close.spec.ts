import { describe, expect, it } from 'vitest';
import { startBalancer, startBoth, startClient } from '../test/setup.js';
import { TaskClient } from './index.js';

describe('close', () => {
  it('fails what has not ended, wherever it is, and says goodbye', async () => {
    const { balancer, client } = await startBoth({ windowTasks: 2 });
    balancer.answer = ({ payload }) => (payload === 0 ? 'accept' : undefined);
    const [accepted, sent, pending] = [0, 1, 2].map((payload) => client.submit('n', payload));
    await accepted?.accepted;
    await client.close();
    for (const task of [accepted, sent, pending]) {
      await expect(task?.result()).rejects.toMatchObject({ code: 'CLOSED' });
    }
    await expect(pending?.accepted).rejects.toMatchObject({ code: 'CLOSED' });
    await balancer.goodbyes.next();
  });

  it('leaves results that are there where they are', async () => {
    const { balancer, client } = await startBoth();
    balancer.run = () => 'done';
    const [task, other] = [client.submit('n', 0), client.submit('n', 1)];
    await other.result();
    await client.close();
    expect(await task.result()).toBe('done');
  });

  it('collects what came in the same turn', async () => {
    const { balancer, client } = await startBoth();
    balancer.run = () => 'done';
    const task = client.submit('n', 0);
    await task.result();
    await client.close();
    expect(await balancer.collected.next()).toBe(task.id);
  });

  it('may be called again', async () => {
    const { client } = await startBoth();
    await Promise.all([client.close(), client.close()]);
    await client.close();
    expect(() => client.submit('n', 0)).toThrow(expect.objectContaining({ code: 'CLOSED' }));
  });

  it('ends every wait', async () => {
    const balancer = await startBalancer();
    await balancer.stop();
    const { client } = startClient(balancer.endpoint);
    const task = client.submit('n', 0);
    const waits = [task.accepted, task.result(), client.ready(), client.get([]), client.get([task.id])];
    const settled = Promise.allSettled(waits);
    await client.close();
    const codes = (await settled).map((wait) => (wait.status === 'rejected' ? wait.reason.code : 'none'));
    expect(codes).toEqual(['CLOSED', 'CLOSED', 'CLOSED', 'none', 'CLOSED']);
  });

  it('refuses everything afterwards', async () => {
    const { client } = await startBoth();
    const task = client.submit('n', 0);
    await client.close();
    const closed = { code: 'CLOSED' };
    expect(() => client.submitMany('n', [])).toThrow(expect.objectContaining(closed));
    expect(() => client.map('n', [])).toThrow(expect.objectContaining(closed));
    await expect(client.ready()).rejects.toMatchObject(closed);
    await expect(client.get([task.id])).rejects.toMatchObject(closed);
    expect(await task.cancel()).toMatchObject({ from: 'finished' });
  });

  it('is what `await using` does at the end of its block', async () => {
    const balancer = await startBalancer();
    let escaped: TaskClient | undefined;
    {
      await using client = new TaskClient({ endpoint: balancer.endpoint });
      await client.submit('n', 0).accepted;
      escaped = client;
    }
    await balancer.goodbyes.next();
    expect(() => escaped.submit('n', 0)).toThrow(expect.objectContaining({ code: 'CLOSED' }));
  });
});

describe('ready', () => {
  it('gives up after its timeout', async () => {
    const balancer = await startBalancer();
    await balancer.stop();
    const { client } = startClient(balancer.endpoint);
    await expect(client.ready(1)).rejects.toMatchObject({ code: 'DEADLINE_EXCEEDED' });
  });
});

describe('options', () => {
  it.each([{ maxPending: { tasks: 0 } }, { maxPending: { bytes: Number.NaN } }, { connectTimeoutMs: -1 }])(
    'are checked at once: %o',
    (options) => {
      expect(() => new TaskClient(options)).toThrow(expect.objectContaining({ code: 'INVALID_MESSAGE' }));
    },
  );
});

describe('the address', () => {
  it('is checked at once', () => {
    const malformed = () => new TaskClient({ endpoint: 'localhost:5799' });
    expect(malformed).toThrow(expect.objectContaining({ code: 'INVALID_ADDRESS' }));
  });

  it('may be a host and a port', async () => {
    const balancer = await startBalancer();
    balancer.run = () => 'done';
    await using client = new TaskClient({ host: '127.0.0.1', port: Number(new URL(balancer.endpoint).port) });
    expect(await client.submit('n', 0).result()).toBe('done');
  });
});

describe('who the client is', () => {
  it('is told in its hello', async () => {
    const balancer = await startBalancer();
    const { client } = startClient(balancer.endpoint, { name: 'importer' });
    await client.ready();
    expect(await balancer.hellos.next()).toMatchObject({
      role: 'client',
      pid: process.pid,
      incarnation: expect.stringMatching(/^importer:[0-9a-f-]{36}$/) as unknown,
    });
  });
});
