import { OutcomeStatus, Pattern, TaskIdMinter } from '@penstock/protocol';
import { describe, expect, it } from 'vitest';
import { allSaid, startBalancer, startBoth, startClient } from '../test/setup.js';

describe('cancel', () => {
  it('drops a task that was not handed in', async () => {
    const { balancer, client } = await startBoth({ windowTasks: 1 });
    const [first, second, third] = [0, 1, 2].map((payload) => client.submit('n', payload));
    await first?.accepted;
    expect(await second?.cancel()).toEqual({ taskId: second?.id, from: 'queued', state: 'cancelled' });
    await expect(second?.result()).rejects.toMatchObject({ code: 'TASK_CANCELLED' });
    await expect(second?.accepted).rejects.toMatchObject({ code: 'TASK_CANCELLED' });
    balancer.finish(await balancer.submissions.next(), 'done');
    await third?.accepted;
    expect(balancer.submissions.all.map(({ payload }) => payload)).toEqual([0, 2]);
    expect(balancer.cancels.all).toEqual([]);
  });

  it('asks the balancer about a task whose id was given: it may be there since an earlier process', async () => {
    const { balancer, client } = await startBoth();
    const taskId = new TaskIdMinter(Date.now, Math.random).mint();
    const task = client.submit('n', 0, { taskId });
    void task.cancel().catch(() => undefined);
    void task.result().catch(() => undefined);
    expect(await balancer.cancels.next()).toBe(taskId);
  });

  it('drops a task that waits for a balancer', async () => {
    const balancer = await startBalancer();
    await balancer.stop();
    const { client } = startClient(balancer.endpoint);
    const task = client.submit('n', 0);
    expect(await task.cancel()).toMatchObject({ from: 'queued' });
    await expect(task.result()).rejects.toMatchObject({ code: 'TASK_CANCELLED' });
  });

  it('waits for the acknowledgement of a task that was sent, since the balancer may not have it yet', async () => {
    const { balancer, client } = await startBoth();
    balancer.answer = () => undefined;
    const task = client.submit('n', 0);
    const submitted = await balancer.submissions.next();
    const reply = task.cancel();
    await allSaid(client);
    expect(balancer.cancels.all).toEqual([]);
    balancer.accept(submitted);
    expect(await reply).toEqual({ taskId: task.id, from: 'running' });
    expect(balancer.cancels.all).toEqual([task.id]);
  });

  it('of a running task is told to its handler, and the result says how it ended', async () => {
    const { balancer, client } = await startBoth();
    const task = client.submit('n', 0);
    await task.accepted;
    expect(await task.cancel()).toEqual({ taskId: task.id, from: 'running' });
    expect(task.outcome).toBeUndefined();
    balancer.end(await balancer.submissions.next(), OutcomeStatus.cancelled);
    await expect(task.result()).rejects.toMatchObject({ code: 'TASK_CANCELLED' });
  });

  it('of a task that has ended changes nothing', async () => {
    const { balancer, client } = await startBoth();
    balancer.run = () => 'done';
    const task = client.submit('n', 0);
    await task.result();
    expect(await task.cancel()).toEqual({ taskId: task.id, from: 'finished' });
    expect(await task.result()).toBe('done');
    expect(balancer.cancels.all).toEqual([]);
  });

  it('of a task that the balancer does not know ends it here', async () => {
    const { balancer, client } = await startBoth();
    balancer.cancelled = (taskId) => ({ taskId, from: 'unknown' });
    const task = client.submit('n', 0);
    await task.accepted;
    expect(await task.cancel()).toMatchObject({ from: 'unknown' });
    await expect(task.result()).rejects.toMatchObject({ code: 'TASK_CANCELLED' });
  });

  it('waits for the connection of an accepted task to come back', async () => {
    const { balancer, client } = await startBoth();
    const task = client.submit('n', 0);
    await task.accepted;
    await balancer.stop();
    const reply = task.cancel();
    await balancer.restart({ keepsTasks: true });
    expect(await reply).toMatchObject({ from: 'running' });
  });

  it('is what becomes of a task that the balancer has lost meanwhile: it is not run again', async () => {
    const { balancer, client } = await startBoth();
    const task = client.submit('n', 0);
    await task.accepted;
    await task.cancel();
    await balancer.restart({ keepsTasks: false });
    await expect(task.result()).rejects.toMatchObject({ code: 'TASK_CANCELLED' });
    await allSaid(client);
    expect(balancer.submissions.all).toHaveLength(1);
  });
});

describe('status', () => {
  it('is what the balancer says', async () => {
    const { client } = await startBoth();
    const task = client.submit('n', 0, { userId: 'mary', priority: 2 });
    await task.accepted;
    expect(await task.status()).toMatchObject({
      taskId: task.id,
      name: 'n',
      userId: 'mary',
      state: 'running',
      progress: 7,
    });
  });

  it('of a task that waits here says for what', async () => {
    const { client } = await startBoth({ windowTasks: 1 });
    const before = Date.now();
    client.submit('n', 0);
    const task = client.submit('n', 'x', { priority: 2 });
    await allSaid(client);
    const status = await task.status();
    expect(status).toMatchObject({
      taskId: task.id,
      userId: 'anonymous',
      priority: 2,
      state: 'queued',
      attempt: 0,
      payloadBytes: 3,
      waitingFor: expect.stringContaining('window') as unknown,
    });
    expect(status.submittedAt).toBeGreaterThanOrEqual(before);
    expect(status.submittedAt).toBeLessThanOrEqual(Date.now());
  });

  it('without a connection says so', async () => {
    const balancer = await startBalancer();
    await balancer.stop();
    const { client } = startClient(balancer.endpoint);
    expect(await client.submit('n', 0).status()).toMatchObject({
      state: 'queued',
      waitingFor: `a connection to ${balancer.endpoint}`,
    });
  });

  it('of a task that was sent and not acknowledged is queued', async () => {
    const { balancer, client } = await startBoth();
    balancer.answer = () => undefined;
    const task = client.submit('n', 0);
    await balancer.submissions.next();
    expect(await task.status()).toMatchObject({
      state: 'queued',
      waitingFor: "the balancer's acknowledgement",
    });
  });

  it('of a task that the balancer has forgotten is an error', async () => {
    const { balancer, client } = await startBoth();
    balancer.run = () => 'done';
    const task = client.submit('n', 0);
    await task.result();
    balancer.tasks.clear();
    await expect(task.status()).rejects.toMatchObject({ code: 'TASK_UNKNOWN', details: { taskId: task.id } });
  });
});

describe('get', () => {
  const stranger = '019ab2c4-5d6e-7abc-8def-0123456789ab';

  it('gives statuses in the order of the ids, and undefined for what is not known', async () => {
    const { client } = await startBoth();
    const [a, b] = [client.submit('a', 0), client.submit('b', 0)];
    await Promise.all([a.accepted, b.accepted]);
    const statuses = await client.get([b.id, stranger, a.id.toUpperCase()]);
    expect(statuses.map((status) => status?.name)).toEqual(['b', undefined, 'a']);
  });

  it('asks for many in several messages', async () => {
    const { client } = await startBoth();
    const task = client.submit('a', 0);
    await task.accepted;
    const ids = [...Array.from({ length: 2_500 }, () => stranger), task.id];
    expect((await client.get(ids)).findIndex((status) => status !== undefined)).toBe(2_500);
  });

  it('refuses what is no id', async () => {
    const { client } = await startBoth();
    await expect(client.get(['7'])).rejects.toMatchObject({ code: 'INVALID_TASK_ID' });
  });

  it('waits for the connection', async () => {
    const balancer = await startBalancer();
    const { client } = startClient(balancer.endpoint);
    expect(await client.get([stranger])).toEqual([undefined]);
  });
});

describe('progress', () => {
  it('comes while the task runs, and ends with it', async () => {
    const { balancer, client } = await startBoth();
    const task = client.submit('n', 0);
    const submitted = await balancer.submissions.next();
    const seen: number[] = [];
    const reading = (async () => {
      for await (const progress of task.progress()) {
        seen.push(progress);
        if (progress === 20) balancer.finish(submitted, 'done');
        else balancer.event(Pattern.taskProgress, { taskId: task.id, progress: progress + 10 });
      }
    })();
    expect(await balancer.watched.next()).toBe(task.id);
    balancer.event(Pattern.taskProgress, { taskId: task.id, progress: 10 });
    await reading;
    expect(seen).toEqual([10, 20]);
    expect(await task.result()).toBe('done');
  });

  it('is followed only once the balancer has the task', async () => {
    const { balancer, client } = await startBoth();
    balancer.answer = () => undefined;
    const task = client.submit('n', 0);
    const stream = task.progress();
    const submitted = await balancer.submissions.next();
    await allSaid(client);
    expect(balancer.watched.all).toEqual([]);
    balancer.accept(submitted);
    expect(await balancer.watched.next()).toBe(task.id);
    await stream.return?.();
  });

  it('is followed again after the connection was lost', async () => {
    const { balancer, client } = await startBoth();
    const task = client.submit('n', 0);
    await task.accepted;
    const stream = task.progress();
    await balancer.watched.next();
    await balancer.restart({ keepsTasks: true });
    expect(await balancer.watched.next()).toBe(task.id);
    balancer.event(Pattern.taskProgress, { taskId: task.id, progress: 30 });
    expect(await stream.next()).toEqual({ done: false, value: 30 });
  });

  it('gives a slow reader the latest, and a late one nothing', async () => {
    const { balancer, client } = await startBoth();
    const task = client.submit('n', 0);
    const stream = task.progress();
    await balancer.watched.next();
    for (const progress of [1, 2, 3]) balancer.event(Pattern.taskProgress, { taskId: task.id, progress });
    await allSaid(client);
    expect(await stream.next()).toEqual({ done: false, value: 3 });
    balancer.finish(await balancer.submissions.next(), 'done');
    await task.result();
    expect(await stream.next()).toEqual({ done: true, value: undefined });
    expect(await task.progress().next()).toEqual({ done: true, value: undefined });
  });

  it('stops for who leaves the loop', async () => {
    const { balancer, client } = await startBoth();
    const task = client.submit('n', 0);
    const stream = task.progress();
    await balancer.watched.next();
    await stream.return?.();
    balancer.event(Pattern.taskProgress, { taskId: task.id, progress: 1 });
    await allSaid(client);
    expect(await stream.next()).toEqual({ done: true, value: undefined });
  });
});
