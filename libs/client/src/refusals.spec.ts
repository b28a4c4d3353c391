import { Durability } from '@penstock/protocol';
import { describe, expect, it } from 'vitest';
import { startBoth } from '../test/setup.js';

describe('a refusal that says when to come again', () => {
  it('is told with that, where refusals are told', async () => {
    const { client, balancer } = await startBoth();
    balancer.answer = () => ({ refuse: 'QUEUE_FULL', retryAfterMs: 1_200 });
    await expect(client.submit('a', 1).accepted).rejects.toMatchObject({
      code: 'QUEUE_FULL',
      details: { retryAfterMs: 1_200 },
    });
  });

  it.each(['submit', 'submitMany', 'map'] as const)('is honoured where %s tries again', async (way) => {
    const { client, balancer } = await startBoth();
    const times: number[] = [];
    balancer.run = () => 'done';
    balancer.answer = () => {
      times.push(performance.now());
      return times.length === 1 ? { refuse: 'JOURNAL_FULL', retryAfterMs: 700 } : 'accept';
    };
    const results = {
      submit: () => client.submit('a', 1, { retryRefusals: true }).result(),
      submitMany: () => client.submitMany('a', [1]).results(),
      map: () => client.map('a', [1]).next(),
    };
    await results[way]();
    const [first = 0, second = 0] = times;
    expect(second - first).toBeGreaterThanOrEqual(690);
  });

  it('is told after all when the wait that it asks for is longer than the submitter has', async () => {
    const { client, balancer } = await startBoth();
    balancer.answer = () => ({ refuse: 'QUEUE_FULL', retryAfterMs: 60_000 });
    const task = client.submit('a', 1, { retryRefusals: { maxWaitMs: 5_000 } });
    await expect(task.accepted).rejects.toMatchObject({ code: 'QUEUE_FULL' });
    expect(balancer.submissions.all).toHaveLength(1);
  });
});

describe('refusals that are retried for a while', () => {
  it('are told when that is over', async () => {
    const { client, balancer } = await startBoth();
    balancer.answer = () => 'QUOTA_EXCEEDED';
    const began = performance.now();
    const task = client.submit('a', 1, { retryRefusals: { maxWaitMs: 300 } });
    await expect(task.accepted).rejects.toMatchObject({ code: 'QUOTA_EXCEEDED' });
    expect(performance.now() - began).toBeGreaterThanOrEqual(300);
    expect(balancer.submissions.all.length).toBeGreaterThan(1);
  });

  it.each([-1, Number.NaN])('are not retried for %d ms', async (maxWaitMs) => {
    const { client } = await startBoth();
    expect(() => client.submit('a', 1, { retryRefusals: { maxWaitMs } })).toThrow(
      expect.objectContaining({ code: 'INVALID_MESSAGE' }),
    );
  });
});

it('an acceptance names the level that the task has', async () => {
  const { client, balancer } = await startBoth();
  balancer.durability = Durability.disk;
  const task = client.submit('a', 1, { durability: 'disk' });
  expect(await task.accepted).toEqual({ durability: 'disk', known: false });
});

describe('a task whose acknowledgement does not come', () => {
  it.each(['disk', 'memory'] as const)('is accepted at level %s when its end is told', async (durability) => {
    const { client, balancer } = await startBoth();
    balancer.answer = () => undefined;
    const task = client.submit('a', 1, { durability });
    await balancer.submissions.next();
    balancer.finish({ taskId: task.id }, 'done');
    expect(await task.result()).toBe('done');
    expect(await task.accepted).toEqual({ durability, known: true });
  });

  it('is accepted when its end is told while it waits to be handed in again', async () => {
    const { client, balancer } = await startBoth();
    balancer.answer = () => ({ refuse: 'JOURNAL_FULL', retryAfterMs: 60_000 });
    const task = client.submit('a', 1, { durability: 'disk', retryRefusals: true });
    const accepted = task.accepted;
    await balancer.submissions.next();
    balancer.finish({ taskId: task.id }, 'done');
    expect(await task.result()).toBe('done');
    expect(await accepted).toEqual({ durability: 'disk', known: true });
  });
});
