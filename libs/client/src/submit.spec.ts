import { ContentType, OutcomeStatus, PenstockError, TaskIdMinter, type TaskId } from '@penstock/protocol';
import { describe, expect, it } from 'vitest';
import { startBalancer, startBoth, startClient } from '../test/setup.js';

describe('submit', () => {
  it('hands a task in and gives its result', async () => {
    const { balancer, client } = await startBoth();
    balancer.run = ({ payload }) => `Hello ${(payload as { firstName: string }).firstName} !`;
    const task = client.submit('HELLO', { firstName: 'John' }, { userId: 'mary', priority: 3 });
    expect(await task.result()).toBe('Hello John !');
    expect(task.outcome).toEqual({
      ok: true,
      value: 'Hello John !',
      worker: 'hub/1',
      attempt: 1,
      waitMs: 1.5,
      runMs: 2.5,
    });
    expect(balancer.submissions.all).toMatchObject([
      { taskId: task.id, name: 'HELLO', userId: 'mary', priority: 3, payload: { firstName: 'John' } },
    ]);
  });

  it('works before the connection is there', async () => {
    const balancer = await startBalancer();
    balancer.run = () => 'done';
    const { client } = startClient(balancer.endpoint);
    expect(await client.submit('HELLO', null).result()).toBe('done');
  });

  it('says how durable an accepted task is', async () => {
    const { balancer, client } = await startBoth();
    expect(await client.submit('HELLO', null).accepted).toMatchObject({ durability: 'memory' });
    balancer.durability = 1;
    const task = client.submit('HELLO', null);
    expect(await task.accepted).toMatchObject({ durability: 'disk' });
    expect(await task.accepted, 'asked again').toMatchObject({ durability: 'disk' });
  });

  it('gives the same result to all who ask, before and after it is there', async () => {
    const { balancer, client } = await startBoth();
    const task = client.submit('HELLO', null);
    const [first, second] = [task.result(), task.result()];
    balancer.finish(await balancer.submissions.next(), { answer: 42 });
    expect(await first).toEqual({ answer: 42 });
    expect(await second).toBe(await first);
    expect(await task.result()).toBe(await first);
  });

  it('gives up waiting after timeoutMs, and the task goes on', async () => {
    const { balancer, client } = await startBoth();
    const task = client.submit('HELLO', null);
    await expect(task.result({ timeoutMs: 1 })).rejects.toMatchObject({ code: 'DEADLINE_EXCEEDED' });
    balancer.finish(await balancer.submissions.next(), 'late');
    expect(await task.result({ timeoutMs: 60_000 })).toBe('late');
  });

  it('waits as long as it takes when timeoutMs is more than a timer can wait', async () => {
    const { balancer, client } = await startBoth();
    const results = [2 ** 31, Infinity].map((timeoutMs) =>
      client.submit('HELLO', null).result({ timeoutMs }),
    );
    for (const submitted of await balancer.submissions.take(2)) balancer.finish(submitted, 'done');
    expect(await Promise.all(results)).toEqual(['done', 'done']);
  });

  it('tells the balancer of every result that it has, also one of which nobody asked', async () => {
    const { balancer, client } = await startBoth();
    balancer.run = () => 1;
    const ids = Array.from({ length: 3 }, () => client.submit('HELLO', null).id);
    expect(await balancer.collected.take(3)).toEqual(ids);
  });

  it('collects a result again that comes again, and otherwise ignores it', async () => {
    const { balancer, client } = await startBoth();
    const task = client.submit('HELLO', null);
    const submitted = await balancer.submissions.next();
    balancer.finish(submitted, 'first');
    expect(await task.result()).toBe('first');
    balancer.finish(submitted, 'second');
    expect(await balancer.collected.take(2)).toEqual([task.id, task.id]);
    expect(await task.result()).toBe('first');
  });

  it('rebuilds the error of a handler that failed', async () => {
    const { balancer, client } = await startBoth();
    const task = client.submit('HELLO', null);
    const report = {
      name: 'TypeError',
      message: 'no name',
      stack: 'TypeError: no name\n    at hello.ts:3',
      code: 'E_NAME',
    };
    balancer.fail(await balancer.submissions.next(), report);
    const error = await task.result().catch((thrown: unknown) => thrown);
    expect(error).toBeInstanceOf(PenstockError);
    expect(error).toMatchObject({ code: 'TASK_FAILED', details: { ...report, taskId: task.id } });
    expect((error as PenstockError).message).toBe(`task HELLO (${task.id}) failed: TypeError: no name`);
    expect((error as PenstockError).cause).toBeInstanceOf(Error);
    expect((error as PenstockError).cause).toMatchObject(report);
    expect(await task.accepted, 'it was accepted all the same').toMatchObject({ durability: 'memory' });
  });

  it('takes a failure report of another shape for a failure without a message', async () => {
    const { balancer, client } = await startBoth();
    const task = client.submit('HELLO', null);
    balancer.fail(await balancer.submissions.next(), null as never);
    await expect(task.result()).rejects.toMatchObject({ code: 'TASK_FAILED', details: { name: 'Error' } });
  });

  it.each([
    [OutcomeStatus.cancelled, 'TASK_CANCELLED'],
    [OutcomeStatus.expired, 'TASK_EXPIRED'],
    [77 as OutcomeStatus, 'INTERNAL'],
  ])('names an end of status %i %s', async (status, code) => {
    const { balancer, client } = await startBoth();
    const task = client.submit('HELLO', null);
    balancer.end(await balancer.submissions.next(), status);
    await expect(task.result()).rejects.toMatchObject({ code });
    expect(task.outcome).toMatchObject({ ok: false, worker: 'hub/1', attempt: 1 });
  });

  it('leaves failures of tasks of which nobody asks alone', async () => {
    const { balancer, client } = await startBoth();
    const rejections: unknown[] = [];
    const onRejection = (reason: unknown): void => void rejections.push(reason);
    process.on('unhandledRejection', onRejection);
    client.submit('HELLO', null);
    balancer.fail(await balancer.submissions.next(), { name: 'Error', message: 'nobody cares' });
    await balancer.collected.next();
    balancer.answer = () => 'ID_CONFLICT';
    client.submit('HELLO', null);
    await balancer.submissions.next();
    balancer.answer = () => 'accept';
    await client.submit('HELLO', null).accepted;
    process.off('unhandledRejection', onRejection);
    expect(rejections).toEqual([]);
  });
});

describe('payloads and results', () => {
  it('are bytes where they are given as bytes', async () => {
    const { balancer, client } = await startBoth();
    balancer.run = ({ bytes }) => Uint8Array.from(bytes, (byte) => byte ^ 0xff);
    const result = await client.submit('invert', Uint8Array.of(0, 1, 254)).result();
    expect(result).toEqual(Uint8Array.of(255, 254, 1));
    expect(balancer.submissions.all).toMatchObject([{ contentType: ContentType.bytes }]);
    expect((result as Uint8Array).buffer.byteLength, 'a copy, not a view of a frame').toBe(3);
  });

  it('may be large: each travels in a frame of its own', async () => {
    const { balancer, client } = await startBoth();
    balancer.run = ({ bytes }) => bytes;
    const payload = new Uint8Array(1_000_000).fill(7);
    const [small, large] = [client.submit('same', Uint8Array.of(1)), client.submit('same', payload)];
    expect(Buffer.compare((await large.result()) as Uint8Array, payload)).toBe(0);
    expect(await small.result()).toEqual(Uint8Array.of(1));
    expect(balancer.batches).toEqual([1, 1]);
  });

  it('may be nothing: undefined travels as null, no bytes as no bytes', async () => {
    const { balancer, client } = await startBoth();
    balancer.run = ({ payload, bytes }) => payload ?? bytes;
    expect(await client.submit('same', undefined).result()).toEqual(new Uint8Array(Buffer.from('null')));
    expect(await client.submit('same', new Uint8Array(0)).result()).toEqual(new Uint8Array(0));
    expect(balancer.submissions.all).toMatchObject([{ payload: null }, { payload: undefined }]);
  });

  it.each<[string, unknown, string]>([
    ['a function', () => 1, ''],
    ['a symbol', Symbol('x'), ''],
    ['a BigInt', 1n, ''],
    ['a BigInt within', { lines: [{ total: 1 }, { total: 2n }] }, '.lines[1].total'],
  ])('must be JSON or bytes: %s is refused at once', async (_, payload, path) => {
    const { balancer, client } = await startBoth();
    expect(() => client.submit('HELLO', payload)).toThrow(
      expect.objectContaining({ code: 'INVALID_MESSAGE', details: { path } }),
    );
    await client.submit('HELLO', null).accepted;
    expect(balancer.submissions.all).toHaveLength(1);
  });

  it('must not contain themselves', async () => {
    const { client } = await startBoth();
    const node: Record<string, unknown> = { shared: {} };
    node['also'] = node['shared'];
    node['parent'] = node;
    expect(() => client.submit('HELLO', node)).toThrow(
      expect.objectContaining({ code: 'INVALID_MESSAGE', details: { path: '.parent' } }),
    );
  });

  it('larger than the balancer takes are refused without being sent', async () => {
    const { balancer, client } = await startBoth({ payloadBytes: 100 });
    const task = client.submit('HELLO', new Uint8Array(101));
    await expect(task.accepted).rejects.toMatchObject({
      code: 'TOO_LARGE',
      details: { limit: 100, bytes: 101 },
    });
    await expect(task.result()).rejects.toMatchObject({ code: 'TOO_LARGE' });
    await client.submit('HELLO', new Uint8Array(100)).accepted;
    expect(balancer.submissions.all).toHaveLength(1);
  });
});

describe('arguments of submit', () => {
  it.each([
    ['an empty name', '', {}, 'INVALID_NAME'],
    ['a name of 129 bytes', 'ä'.repeat(64) + 'a', {}, 'INVALID_NAME'],
    ['a name with a line end', 'a\nb', {}, 'INVALID_NAME'],
    ['a name that is none', 7 as unknown as string, {}, 'INVALID_NAME'],
    ['a userId of 129 bytes', 'HELLO', { userId: 'u'.repeat(129) }, 'INVALID_USER'],
    ['a priority that is not finite', 'HELLO', { priority: Number.NaN }, 'INVALID_PRIORITY'],
    ['an id that is none', 'HELLO', { taskId: 'mine' }, 'INVALID_TASK_ID'],
  ])('are checked at once: %s', async (_, name, options, code) => {
    const { client } = await startBoth();
    expect(() => client.submit(name, null, options)).toThrow(expect.objectContaining({ code }));
  });

  it('may leave the user out: that is the anonymous one', async () => {
    const { balancer, client } = await startBoth();
    client.submit('HELLO', null);
    client.submit('HELLO', null, { userId: '' });
    expect(await balancer.submissions.take(2)).toMatchObject([{ userId: undefined }, { userId: undefined }]);
  });

  it('may name an id: the same task submitted twice is one', async () => {
    const { balancer, client } = await startBoth();
    const taskId = idFor('mary');
    const task = client.submit('HELLO', { a: 1 }, { userId: 'mary', taskId });
    expect(task.id).toBe(taskId);
    expect(client.submit('HELLO', { a: 1 }, { userId: 'mary', taskId: taskId.toUpperCase() })).toBe(task);
    const other = () => client.submit('HELLO', { a: 2 }, { userId: 'mary', taskId });
    expect(other).toThrow(expect.objectContaining({ code: 'ID_CONFLICT' }));
    balancer.finish(await balancer.submissions.next(), 'one');
    expect(await task.result()).toBe('one');
    expect(balancer.submissions.all).toHaveLength(1);
  });

  it('refuse an id that was minted for another user', async () => {
    const { client } = await startBoth();
    const submit = () => client.submit('HELLO', null, { userId: 'mary', taskId: idFor('john') });
    expect(submit).toThrow(expect.objectContaining({ code: 'INVALID_TASK_ID' }));
  });
});

describe('packing', () => {
  it('puts all submissions of a turn into one frame', async () => {
    const { balancer, client } = await startBoth();
    const tasks = Array.from({ length: 1_000 }, (_, index) => client.submit('n', index));
    await Promise.all(tasks.map(({ accepted }) => accepted));
    expect(balancer.batches).toEqual([1_000]);
  });

  it('starts another frame at 64 KiB', async () => {
    const { balancer, client } = await startBoth();
    const payload = 'x'.repeat(1_000);
    const tasks = Array.from({ length: 1_000 }, () => client.submit('n', payload));
    await Promise.all(tasks.map(({ accepted }) => accepted));
    expect(balancer.batches.length).toBeGreaterThanOrEqual(16);
    expect(balancer.batches.length).toBeLessThanOrEqual(18);
  });

  it('packs what it collects as well', async () => {
    const { balancer, client } = await startBoth();
    balancer.run = () => 1;
    for (let index = 0; index < 500; index++) client.submit('n', index);
    await balancer.collected.take(500);
    expect(balancer.collectedBatches.length).toBeLessThanOrEqual(3);
  });
});

function idFor(userId: string): TaskId {
  return new TaskIdMinter(Date.now, Math.random).mint(userId);
}
