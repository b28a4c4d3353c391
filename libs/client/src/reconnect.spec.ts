import { Pattern } from '@penstock/protocol';
import { describe, expect, it } from 'vitest';
import { allSaid, startBalancer, startBoth, startClient } from '../test/setup.js';

describe('a task that waits here', () => {
  it('is handed in once the balancer is there', async () => {
    const balancer = await startBalancer();
    await balancer.stop();
    const { client } = startClient(balancer.endpoint);
    const task = client.submit('HELLO', { a: 1 });
    balancer.run = () => 'done';
    await balancer.restart({ keepsTasks: true });
    expect(await task.result()).toBe('done');
  });

  it('keeps its place behind those that were sent before it', async () => {
    const { balancer, client } = await startBoth({ windowTasks: 2 });
    balancer.answer = () => undefined;
    const batch = client.submitMany('n', [0, 1, 2, 3]);
    await balancer.submissions.take(2);
    balancer.answer = () => 'accept';
    balancer.run = ({ payload }) => payload;
    await balancer.restart({ keepsTasks: true });
    expect(await batch.results()).toEqual([0, 1, 2, 3]);
    expect(balancer.submissions.all.map(({ payload }) => payload)).toEqual([0, 1, 0, 1, 2, 3]);
  });
});

describe('a task that was sent', () => {
  it('is sent again under the same id when its acknowledgement is lost', async () => {
    const { balancer, client } = await startBoth();
    balancer.answer = () => undefined;
    const task = client.submit('HELLO', { a: 1 });
    await balancer.submissions.next();
    balancer.answer = () => 'accept';
    await balancer.restart({ keepsTasks: true });
    expect(await task.accepted).toMatchObject({ durability: 'memory' });
    const again = await balancer.submissions.next();
    expect(again).toMatchObject({ taskId: task.id, payload: { a: 1 } });
    balancer.finish(again, 'once');
    expect(await task.result()).toBe('once');
    expect(balancer.hellos.all.map(({ waiting }) => waiting)).toEqual([[], []]);
  });

  it('is sent again when the balancer has lost the session alone', async () => {
    const { balancer, client } = await startBoth();
    balancer.answer = () => undefined;
    const task = client.submit('HELLO', null);
    await balancer.submissions.next();
    balancer.answer = () => 'accept';
    balancer.event(Pattern.sessionUnknown, { reason: 'a spec' });
    expect(await task.accepted).toMatchObject({ durability: 'memory' });
    expect(balancer.submissions.all).toHaveLength(2);
    expect(balancer.tasks.size).toBe(1);
  });

  it('may turn out to have ended: its result comes with the second acknowledgement', async () => {
    const { balancer, client } = await startBoth();
    balancer.answer = (submitted) => {
      balancer.tasks.set(submitted.taskId, submitted);
      return undefined;
    };
    const task = client.submit('HELLO', null);
    await balancer.submissions.next();
    balancer.answer = () => 'accept';
    balancer.run = () => 'ended meanwhile';
    await balancer.restart({ keepsTasks: true });
    expect(await task.result()).toBe('ended meanwhile');
  });
});

describe('a task that was accepted', () => {
  it('is waited for again by its id, and not sent again', async () => {
    const { balancer, client } = await startBoth();
    const task = client.submit('HELLO', null);
    await task.accepted;
    const submitted = await balancer.submissions.next();
    await balancer.hellos.next();
    await balancer.restart({ keepsTasks: true });
    expect(await balancer.hellos.next()).toMatchObject({ waiting: [task.id] });
    balancer.finish(submitted, 'kept');
    expect(await task.result()).toBe('kept');
    expect(balancer.submissions.all).toHaveLength(1);
  });

  it('is handed in again to a balancer that does not know it any more', async () => {
    const { balancer, client } = await startBoth();
    const task = client.submit('HELLO', { a: 1 }, { priority: 5 });
    await task.accepted;
    await balancer.submissions.next();
    balancer.run = () => 'run again';
    await balancer.restart({ keepsTasks: false });
    expect(await task.result()).toBe('run again');
    expect(await balancer.submissions.next()).toMatchObject({
      taskId: task.id,
      payload: { a: 1 },
      priority: 5,
    });
  });

  it('is then retried when it is refused for now, whatever was asked for', async () => {
    const { balancer, client } = await startBoth();
    const task = client.submit('HELLO', null);
    await task.accepted;
    let refusals = 0;
    balancer.answer = () => (++refusals === 1 ? 'QUOTA_EXCEEDED' : 'accept');
    balancer.run = () => 'in the end';
    await balancer.restart({ keepsTasks: false });
    expect(await task.result()).toBe('in the end');
  });

  it('is handed in again as well when a hello cannot list as many', async () => {
    const count = 9_000;
    const { balancer, client } = await startBoth();
    const batch = client.submitMany(
      'n',
      Array.from({ length: count }, (_, index) => index),
    );
    await Promise.all(batch.tasks.map(({ accepted }) => accepted));
    await balancer.hellos.next();
    balancer.run = ({ payload }) => payload;
    await balancer.restart({ keepsTasks: true });
    expect((await balancer.hellos.next()).waiting).toHaveLength(8_192);
    await balancer.submissions.take(count);
    const again = await balancer.submissions.take(count - 8_192);
    for (const { taskId, payload } of balancer.tasks.values()) balancer.finish({ taskId }, payload);
    expect(await batch.results()).toEqual(Array.from({ length: count }, (_, index) => index));
    expect(new Set(again.map(({ taskId }) => taskId)).size).toBe(count - 8_192);
  });

  it('fills the window of the next session', async () => {
    const { balancer, client } = await startBoth({ windowTasks: 2 });
    client.submitMany('n', [0, 1]);
    const [first] = await balancer.submissions.take(2);
    await balancer.restart({ keepsTasks: true });
    client.submitMany('n', [2]);
    await allSaid(client);
    expect(balancer.submissions.all).toHaveLength(2);
    balancer.finish(first as never, 'done');
    expect(await balancer.submissions.next()).toMatchObject({ payload: 2 });
  });
});

describe('without a balancer', () => {
  it('tasks fail after connectTimeoutMs, and are told how to start one', async () => {
    const balancer = await startBalancer();
    await balancer.stop();
    const { client } = startClient(balancer.endpoint, { connectTimeoutMs: 20 });
    const task = client.submit('HELLO', null);
    const error = {
      code: 'CONNECTION_LOST',
      message: expect.stringMatching(/no balancer has welcomed this client at tcp:.* npm start/) as unknown,
    };
    const ends = await Promise.allSettled([task.accepted, task.result()]);
    expect(ends).toMatchObject([{ reason: error }, { reason: error }]);
    await expect(client.submit('HELLO', null).result(), 'the next one waits anew').rejects.toMatchObject({
      code: 'CONNECTION_LOST',
    });
  });

  it('tasks fail with what the balancer said last, if one is there', async () => {
    const balancer = await startBalancer();
    balancer.helloError = { code: 'SHUTTING_DOWN', message: 'it is late', retryable: true };
    const { client } = startClient(balancer.endpoint, { connectTimeoutMs: 200 });
    await expect(client.submit('HELLO', null).result()).rejects.toMatchObject({
      code: 'CONNECTION_LOST',
      message: expect.stringMatching(/its last answer was: it is late/) as unknown,
    });
  });

  it('accepted tasks fail as well when it went away', async () => {
    const { balancer, client } = await startBoth({}, { connectTimeoutMs: 20 });
    const task = client.submit('HELLO', null);
    await task.accepted;
    await balancer.stop();
    await expect(task.result()).rejects.toMatchObject({ code: 'CONNECTION_LOST' });
  });

  it('a client that was refused for good fails all tasks with the reason, now and later', async () => {
    const balancer = await startBalancer();
    balancer.helloError = { code: 'UNSUPPORTED_VERSION', message: 'too old', retryable: false };
    const { client } = startClient(balancer.endpoint);
    const task = client.submit('HELLO', null);
    await expect(task.result()).rejects.toMatchObject({ code: 'UNSUPPORTED_VERSION' });
    expect(() => client.submit('HELLO', null)).toThrow(
      expect.objectContaining({ code: 'UNSUPPORTED_VERSION' }),
    );
  });
});

describe('what the balancer could not understand', () => {
  it('is told as a warning', async () => {
    const { balancer, warnings } = await startBoth();
    balancer.event(Pattern.protocolError, { code: 'TOO_LARGE', message: 'a batch', retryable: false });
    expect(await warnings.next()).toMatchObject({ code: 'TOO_LARGE', message: 'a batch' });
  });
});
