import { OutcomeStatus, readRules, type ExpiryReport, type TaskRules } from '@penstock/protocol';
import { describe, expect, it } from 'vitest';
import { startBoth } from '../test/setup.js';
import { RuleEncoder, type OneDeliveryOptions } from './delivery.js';

const growing = { kind: 'exponential', delayMs: 200, maxDelayMs: 30_000 } as const;

function rulesOf(options: OneDeliveryOptions): TaskRules | undefined {
  const block = new RuleEncoder().encode(options);
  return block === undefined ? undefined : readRules(block.buffer, block.offset, block.length);
}

describe('the rules of a submission', () => {
  it('are none where it says nothing', () => {
    expect(rulesOf({})).toBeUndefined();
  });

  it.each<[OneDeliveryOptions, TaskRules]>([
    [
      { maxAttempts: 5, backoff: growing },
      { maxAttempts: 5, backoff: growing },
    ],
    [{ maxAttempts: 2 }, { maxAttempts: 2, backoff: { kind: 'jitter', delayMs: 1_000, maxDelayMs: 60_000 } }],
    [
      { maxAttempts: 2, backoff: { kind: 'fixed', delayMs: 90_000 } },
      { maxAttempts: 2, backoff: { kind: 'fixed', delayMs: 90_000, maxDelayMs: 90_000 } },
    ],
    [{ runAt: new Date(1_760_000_000_000) }, { runAt: 1_760_000_000_000 }],
    [{ runAt: 1_760_000_000_000 }, { runAt: 1_760_000_000_000 }],
    [
      { onWorkerLoss: 'fail', timeoutMs: 1, deadlineMs: 2, delayMs: 0.5, queueTtlMs: 3, durability: 'disk' },
      { onWorkerLoss: 'fail', timeoutMs: 1, deadlineMs: 2, delayMs: 0.5, queueTtlMs: 3, durability: 'disk' },
    ],
    [{ idempotencyKey: 'größe' }, { idempotencyKey: 'größe' }],
  ])('are what it says, and what follows from it: %j', (options, rules) => {
    expect(rulesOf(options)).toEqual(rules);
  });

  it.each<[string, object]>([
    ['maxAttempts', { maxAttempts: 0 }],
    ['backoff', { backoff: growing }],
    ['backoff.delayMs', { maxAttempts: 2, backoff: { kind: 'fixed' } }],
    ['backoff.kind', { maxAttempts: 2, backoff: 'fixed' }],
    ['timeoutMs', { timeoutMs: 1.5 }],
    ['runAt', { runAt: new Date('no day') }],
    ['runAt', { runAt: '2027-01-01' }],
    ['runAt', { runAt: 1, delayMs: 1 }],
    ['durability', { durability: 'disc' }],
  ])('are refused at once by the name of the faulty one: %s of %j', async (rule, options) => {
    const { client, balancer } = await startBoth();
    const refusal = expect.objectContaining({
      code: 'INVALID_RULES',
      message: expect.stringContaining(rule),
      details: { rule },
    });
    for (const submit of [
      () => client.submit('a', 1, options),
      () => client.submitMany('a', [1], options),
      () => client.map('a', [1], options),
    ]) {
      expect(submit).toThrow(refusal);
    }
    expect(balancer.submissions.all).toEqual([]);
  });

  it('may not be one key for many tasks', async () => {
    const { client } = await startBoth();
    const options = { userId: 'mary', idempotencyKey: 'k' };
    const refusal = expect.objectContaining({ code: 'INVALID_RULES' });
    expect(() => client.submitMany('a', [1], options)).toThrow(refusal);
    expect(() => client.map('a', [1], options)).toThrow(refusal);
  });

  it('are packed once for tasks that share them, and anew when they change', () => {
    const encoder = new RuleEncoder();
    const backoff = { kind: 'fixed' as 'fixed' | 'jitter', delayMs: 5 };
    const at = new Date(5);
    const first = encoder.encode({ maxAttempts: 2, backoff, runAt: at });
    expect(encoder.encode({ maxAttempts: 2, backoff: { ...backoff }, runAt: 5 })).toBe(first);
    backoff.kind = 'jitter';
    const second = encoder.encode({ maxAttempts: 2, backoff, runAt: at });
    expect(readRules(second?.buffer ?? new Uint8Array()).backoff?.kind).toBe('jitter');
    at.setTime(6);
    const third = encoder.encode({ maxAttempts: 2, backoff, runAt: at });
    expect(readRules(third?.buffer ?? new Uint8Array()).runAt).toBe(6);
  });

  it('travel with each task, whatever way it is submitted, and again after a restart', async () => {
    const { client, balancer } = await startBoth();
    const options = { maxAttempts: 3, backoff: growing, timeoutMs: 5_000 };
    client.submit('a', 1, options);
    client.submitMany('a', [2, 3], options);
    const mapped = client.map('a', [4], options).next();
    client.submit('a', 5);
    const rulesByPayload = async () =>
      new Map((await balancer.submissions.take(5)).map(({ payload, rules }) => [payload, rules]));
    const expected = new Map([1, 2, 3, 4, 5].map((payload) => [payload, payload === 5 ? {} : options]));
    expect(await rulesByPayload()).toEqual(expected);
    await balancer.restart({ keepsTasks: false });
    expect(await rulesByPayload()).toEqual(expected);
    for (const task of balancer.tasks.values()) balancer.finish(task, 'done');
    expect((await mapped).value).toMatchObject({ ok: true });
  });
});

describe('how a task ended that the balancer or the hub ended', () => {
  it.each<[ExpiryReport['cause'], string]>([
    ['queue-ttl', 'it was in the queue for 7 ms'],
    ['deadline', 'its deadline of 9 ms is over'],
  ])('says which time was over: %s', async (cause, message) => {
    const { client, balancer } = await startBoth();
    const task = client.submit('a', 1, { queueTtlMs: 7 });
    balancer.end(await balancer.submissions.next(), OutcomeStatus.expired, { cause, message });
    await expect(task.result()).rejects.toMatchObject({
      code: 'TASK_EXPIRED',
      message: expect.stringContaining(message),
      details: { taskId: task.id, cause },
    });
  });

  it.each(['ATTEMPT_TIMEOUT', 'WORKER_LOST', 'QUARANTINED'])('names it by the code %s', async (code) => {
    const { client, balancer } = await startBoth();
    const task = client.submit('a', 1);
    balancer.fail(await balancer.submissions.next(), { name: 'Ended', message: 'it was ended', code });
    await expect(task.result()).rejects.toMatchObject({ code: 'TASK_FAILED', details: { code } });
  });
});
