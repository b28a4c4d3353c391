import { describe, expect, it } from 'vitest';
import { allSaid, startBalancer, startBoth, startClient } from '../test/setup.js';

describe('the window', () => {
  it('bounds the tasks that are open at the balancer', async () => {
    const { balancer, client } = await startBoth({ windowTasks: 3 });
    const batch = client.submitMany('n', [0, 1, 2, 3, 4]);
    const [first] = await balancer.submissions.take(3);
    await batch.tasks[2]?.accepted;
    await allSaid(client);
    expect(balancer.submissions.all).toHaveLength(3);
    balancer.finish(first as never, 'done');
    expect(await balancer.submissions.next()).toMatchObject({ payload: 3 });
    expect(balancer.submissions.all).toHaveLength(4);
    expect(balancer.collected.all, 'collected before more is handed in').toHaveLength(1);
  });

  it('bounds their bytes', async () => {
    const { balancer, client } = await startBoth({ windowBytes: 100 });
    const batch = client.submitMany(
      'n',
      [60, 40, 1].map((length) => new Uint8Array(length)),
    );
    const [, second] = await balancer.submissions.take(2);
    await batch.tasks[1]?.accepted;
    await allSaid(client);
    expect(balancer.submissions.all).toHaveLength(2);
    balancer.finish(second as never, 'done');
    expect((await balancer.submissions.next()).bytes).toHaveLength(1);
  });

  it('lets one task through that is larger than the window', async () => {
    const { balancer, client } = await startBoth({ windowBytes: 100 });
    balancer.run = ({ bytes }) => bytes.length;
    const batch = client.submitMany('n', [new Uint8Array(500), new Uint8Array(400), new Uint8Array(1)]);
    expect(await batch.results()).toEqual([500, 400, 1]);
  });
});

describe('the quota of a user', () => {
  it('holds up that user alone', async () => {
    const { balancer, client } = await startBoth({ queuedPerUser: 2 });
    client.submitMany('n', ['a0', 'a1', 'a2', 'a3'], { userId: 'a' });
    client.submitMany('n', ['b0', 'b1', 'b2'], { userId: 'b' });
    const submitted = await balancer.submissions.take(4);
    expect(new Set(submitted.map(({ payload }) => payload))).toEqual(new Set(['a0', 'a1', 'b0', 'b1']));
    balancer.finish(submitted.find(({ payload }) => payload === 'a1') as never, 'done');
    expect(await balancer.submissions.next()).toMatchObject({ payload: 'a2' });
    expect(balancer.submissions.all).toHaveLength(5);
  });

  it('keeps the order of a user', async () => {
    const { balancer, client } = await startBoth({ queuedPerUser: 3 });
    balancer.run = ({ payload }) => payload;
    const payloads = Array.from({ length: 50 }, (_, index) => index);
    await client.submitMany('n', payloads, { userId: 'a' }).results();
    expect(balancer.submissions.all.map(({ payload }) => payload)).toEqual(payloads);
  });
});

describe('refusals', () => {
  it.each(['QUOTA_EXCEEDED', 'QUEUE_FULL', 'ID_CONFLICT', 'TOO_MANY_NAMES'] as const)(
    'of a single task are told: %s',
    async (code) => {
      const { balancer, client } = await startBoth();
      balancer.answer = () => code;
      const task = client.submit('HELLO', null);
      const error = { code, message: `refused: ${code}` };
      await expect(task.accepted).rejects.toMatchObject(error);
      await expect(task.result()).rejects.toMatchObject(error);
      expect(task.outcome).toMatchObject({ ok: false, error });
    },
  );

  it.each(['QUOTA_EXCEEDED', 'QUEUE_FULL', 'TOO_MANY_USERS'] as const)(
    'that may pass are retried where that is asked for: %s',
    async (code) => {
      const { balancer, client } = await startBoth();
      let refusals = 0;
      balancer.answer = () => (++refusals <= 2 ? code : 'accept');
      balancer.run = () => 'done';
      expect(await client.submit('HELLO', null, { retryRefusals: true }).result()).toBe('done');
      expect(balancer.submissions.all).toHaveLength(3);
    },
  );

  it.each(['WINDOW_EXCEEDED', 'SHUTTING_DOWN'] as const)(
    "that are the library's own business are retried always: %s",
    async (code) => {
      const { balancer, client } = await startBoth();
      let refusals = 0;
      balancer.answer = () => (++refusals <= 1 ? code : 'accept');
      const task = client.submit('HELLO', null);
      expect(await task.accepted).toMatchObject({ durability: 'memory' });
      expect(balancer.submissions.all.map(({ taskId }) => taskId)).toEqual([task.id, task.id]);
    },
  );

  it('of some tasks of a batch keep the order of the rest', async () => {
    const { balancer, client } = await startBoth();
    let refusals = 0;
    balancer.answer = ({ payload }) =>
      (payload as number) >= 2 && ++refusals <= 3 ? 'QUOTA_EXCEEDED' : 'accept';
    balancer.run = ({ payload }) => payload;
    expect(await client.submitMany('n', [0, 1, 2, 3, 4]).results()).toEqual([0, 1, 2, 3, 4]);
    expect(balancer.submissions.all.map(({ payload }) => payload)).toEqual([0, 1, 2, 3, 4, 2, 3, 4]);
  });

  it('for good make room for what waits', async () => {
    const { balancer, client } = await startBoth({ windowTasks: 1 });
    balancer.answer = ({ payload }) => (payload === 0 ? 'ID_CONFLICT' : 'accept');
    const refused = client.submit('n', 0);
    const task = client.submit('n', 1);
    await expect(refused.accepted).rejects.toMatchObject({ code: 'ID_CONFLICT' });
    expect(await task.accepted).toMatchObject({ durability: 'memory' });
  });
});

describe('the bound of what waits', () => {
  it('is a number of tasks', async () => {
    const balancer = await startBalancer();
    const { client } = startClient(balancer.endpoint, { maxPending: { tasks: 2 } });
    const first = client.submit('n', 0);
    client.submit('n', 1);
    expect(() => client.submit('n', 2)).toThrow(
      expect.objectContaining({
        code: 'OUTBOX_FULL',
        details: expect.objectContaining({ tasks: 2 }) as unknown,
      }),
    );
    await first.accepted;
    client.submit('n', 3);
    expect((await balancer.submissions.take(3)).map(({ payload }) => payload)).toEqual([0, 1, 3]);
  });

  it('is a number of bytes', async () => {
    const balancer = await startBalancer();
    const { client } = startClient(balancer.endpoint, { maxPending: { bytes: 100 } });
    client.submit('n', new Uint8Array(60));
    const over = () => client.submit('n', new Uint8Array(41));
    expect(over).toThrow(expect.objectContaining({ code: 'OUTBOX_FULL' }));
    client.submit('n', new Uint8Array(40));
    expect(await balancer.submissions.take(2)).toHaveLength(2);
  });

  it('takes a batch as a whole or not at all', async () => {
    const balancer = await startBalancer();
    const { client } = startClient(balancer.endpoint, { maxPending: { tasks: 2 } });
    expect(() => client.submitMany('n', [0, 1, 2])).toThrow(expect.objectContaining({ code: 'OUTBOX_FULL' }));
    expect(() => client.submitMany('n', [0, 1n])).toThrow(
      expect.objectContaining({ code: 'INVALID_MESSAGE' }),
    );
    client.submitMany('n', [3, 4]);
    expect((await balancer.submissions.take(2)).map(({ payload }) => payload)).toEqual([3, 4]);
  });

  it('counts what was cancelled no more', async () => {
    const balancer = await startBalancer();
    const { client } = startClient(balancer.endpoint, { maxPending: { tasks: 2 } });
    for (let index = 0; index < 5_000; index++) {
      expect(await client.submit('n', index).cancel()).toMatchObject({ from: 'queued' });
    }
    client.submit('n', 'last');
    expect(await balancer.submissions.next()).toMatchObject({ payload: 'last' });
    expect(balancer.submissions.all).toHaveLength(1);
  });
});
