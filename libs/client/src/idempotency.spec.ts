import { TaskIdMinter } from '@penstock/protocol';
import { describe, expect, it } from 'vitest';
import type { Submitted } from '../test/fake-balancer.js';
import { allSaid, startBoth } from '../test/setup.js';

const key = { idempotencyKey: 'invoice-7' };
const minter = new TaskIdMinter(Date.now, Math.random);

/** A balancer that keeps keys as a real one does: the first task of a key has it. */
async function startWithKeys() {
  const both = await startBoth();
  const keys = new Map<string, string>();
  both.balancer.answer = ({ taskId, rules }: Submitted) => {
    const holder = keys.get(rules.idempotencyKey ?? '') ?? taskId;
    if (rules.idempotencyKey !== undefined) keys.set(rules.idempotencyKey, holder);
    return holder === taskId ? 'accept' : { sameAs: holder };
  };
  return { ...both, keys };
}

describe('a task whose key an earlier one has', () => {
  it('of another client is handed in again under its id, and has its result', async () => {
    const { client, balancer, keys } = await startWithKeys();
    const original = minter.mint();
    keys.set(key.idempotencyKey, original);
    const task = client.submit('a', 1, key);
    const first = await balancer.submissions.next();
    const second = await balancer.submissions.next();
    expect(first.taskId).not.toBe(original);
    expect(second).toEqual({ ...first, taskId: original });
    await task.accepted;
    expect(task.id).toBe(original);
    balancer.finish(second, 'once');
    expect(await task.result()).toBe('once');
    expect(await balancer.collected.next()).toBe(original);
  });

  it('of this client follows it: its acceptance, progress, status, cancel and result', async () => {
    const { client, balancer } = await startWithKeys();
    const original = client.submit('a', 1, key);
    const sent = await balancer.submissions.next();
    const [one, other] = [client.submit('a', 1, key), client.submit('a', 1, key)];
    const progress = one.progress();
    expect(await original.accepted).toEqual({ durability: 'memory', known: false });
    expect(await one.accepted).toEqual({ durability: 'memory', known: true });
    await other.accepted;
    expect([one.id, other.id]).toEqual([original.id, original.id]);
    expect(await balancer.watched.next()).toBe(original.id);
    balancer.event('task.progress', { taskId: original.id, progress: 40 });
    expect(await progress.next()).toEqual({ done: false, value: 40 });
    expect(await one.status()).toMatchObject({ taskId: original.id, state: 'running' });
    expect(await other.cancel()).toMatchObject({ taskId: original.id, from: 'running' });
    balancer.finish(sent, 'once');
    const results = [original, one, other].map((task) => task.result());
    expect(await Promise.all(results)).toEqual(['once', 'once', 'once']);
    expect(await progress.next()).toEqual({ done: true, value: undefined });
    await allSaid(client);
    expect(balancer.collected.all).toEqual([original.id]);
  });

  it('goes with it through a loss of the balancer and of all that it had', async () => {
    const { client, balancer } = await startWithKeys();
    const original = client.submit('a', 1, key);
    await balancer.submissions.next();
    const follower = client.submit('a', 1, key);
    await follower.accepted;
    await balancer.submissions.next();
    await balancer.restart({ keepsTasks: false });
    const again = await balancer.submissions.next();
    expect(again.taskId).toBe(original.id);
    balancer.finish(again, 'once');
    expect(await follower.result()).toBe('once');
    expect(balancer.submissions.all).toHaveLength(3);
  });

  it('counts in the window as long as it is open, so that their number is bounded', async () => {
    const { client, balancer } = await startBoth({ windowTasks: 3 });
    const original = client.submit('a', 1, key);
    const sent = await balancer.submissions.next();
    balancer.answer = ({ taskId }) => (taskId === sent.taskId ? 'accept' : { sameAs: sent.taskId });
    const followers = Array.from({ length: 4 }, () => client.submit('a', 1, key));
    await Promise.all(followers.slice(0, 2).map(({ accepted }) => accepted));
    await allSaid(client);
    expect(balancer.submissions.all).toHaveLength(3);
    // The two that waited come when there is room; the balancer still says whose key it is.
    balancer.run = () => 'its result';
    balancer.finish(sent, 'once');
    expect(await original.result()).toBe('once');
    const results = await Promise.all(followers.map((task) => task.result()));
    expect(results).toEqual(['once', 'once', 'its result', 'its result']);
  });

  it('ends with it at a close', async () => {
    const { client, balancer } = await startWithKeys();
    const original = client.submit('a', 1, key);
    await balancer.submissions.next();
    const follower = client.submit('a', 1, key);
    await follower.accepted;
    await client.close();
    await expect(original.result()).rejects.toMatchObject({ code: 'CLOSED' });
    await expect(follower.result()).rejects.toMatchObject({ code: 'CLOSED' });
  });

  it('is refused when its content is another', async () => {
    const { client, balancer } = await startBoth();
    balancer.answer = () => 'KEY_CONFLICT';
    await expect(client.submit('a', 1, key).accepted).rejects.toMatchObject({ code: 'KEY_CONFLICT' });
  });

  it.each([
    ['no id', 'nonsense'],
    ["another user's id", minter.mint('mary')],
  ])('fails when what the balancer names is %s, and no other task does', async (_, sameAs) => {
    const { client, balancer } = await startBoth();
    balancer.answer = ({ payload }) => (payload === 1 ? { sameAs } : 'accept');
    const [odd, sound] = [client.submit('a', 1, key), client.submit('a', 2)];
    await expect(odd.accepted).rejects.toMatchObject({ code: 'INTERNAL' });
    await sound.accepted;
  });

  it('fails when the balancer sends it round in circles', async () => {
    const { client, balancer } = await startBoth();
    balancer.answer = () => ({ sameAs: minter.mint() });
    await expect(client.submit('a', 1, key).accepted).rejects.toMatchObject({ code: 'INTERNAL' });
    expect(balancer.submissions.all.length).toBeLessThan(20);
  });
});

it('a task that the balancer had before by its id is known', async () => {
  const { client, balancer } = await startBoth();
  const first = client.submit('a', 1);
  expect(await first.accepted).toEqual({ durability: 'memory', known: false });
  const sent = await balancer.submissions.next();
  balancer.finish(sent, 'once');
  await first.result();
  const again = client.submit('a', 1, { taskId: sent.taskId });
  expect(await again.accepted).toEqual({ durability: 'memory', known: true });
});
