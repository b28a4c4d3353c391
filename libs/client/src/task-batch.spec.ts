import { describe, expect, it } from 'vitest';
import { startBoth } from '../test/setup.js';
import type { BatchResult } from './index.js';

describe('submitMany', () => {
  it('gives all results in the order of the payloads', async () => {
    const { balancer, client } = await startBoth();
    const batch = client.submitMany('n', ['a', 'b', 'c']);
    for (const submitted of (await balancer.submissions.take(3)).toReversed()) {
      balancer.finish(submitted, `${submitted.payload as string}!`);
    }
    expect(await batch.results()).toEqual(['a!', 'b!', 'c!']);
    expect(await batch.results(), 'asked again').toEqual(['a!', 'b!', 'c!']);
    expect(balancer.batches).toEqual([3]);
    expect(batch.tasks.map(({ id }) => id)).toEqual(balancer.submissions.all.map(({ taskId }) => taskId));
  });

  it('iterates in the order in which the tasks end', async () => {
    const { balancer, client } = await startBoth();
    const batch = client.submitMany('n', ['a', 'b', 'c']);
    const [a, b, c] = await balancer.submissions.take(3);
    const seen: unknown[] = [];
    balancer.finish(b as never, 1);
    for await (const { index, task, ok } of batch) {
      seen.push([index, ok, task === batch.tasks[index]]);
      if (index === 1) balancer.fail(c as never, { name: 'Error', message: 'no' });
      if (index === 2) balancer.finish(a as never, 2);
    }
    expect(seen).toEqual([
      [1, true, true],
      [2, false, true],
      [0, true, true],
    ]);
    const again: number[] = [];
    for await (const { index } of batch) again.push(index);
    expect(again, 'each iteration begins anew').toEqual([1, 2, 0]);
  });

  it('fails with the first failure as soon as it is there, while outcomes has them all', async () => {
    const { balancer, client } = await startBoth();
    const batch = client.submitMany('n', ['a', 'b', 'c']);
    const [a, b, c] = await balancer.submissions.take(3);
    balancer.fail(b as never, { name: 'Error', message: 'first' });
    await expect(batch.results()).rejects.toMatchObject({
      code: 'TASK_FAILED',
      details: { message: 'first' },
    });
    balancer.fail(a as never, { name: 'Error', message: 'second' });
    balancer.finish(c as never, 3);
    expect(await batch.outcomes()).toMatchObject([
      { ok: false, error: { details: { message: 'second' } } },
      { ok: false, error: { details: { message: 'first' } } },
      { ok: true, value: 3 },
    ]);
    await expect(batch.results(), 'still the first').rejects.toMatchObject({ details: { message: 'first' } });
  });

  it('may be empty', async () => {
    const { client } = await startBoth();
    const batch = client.submitMany('n', []);
    expect(await batch.results()).toEqual([]);
    expect(await batch.outcomes()).toEqual([]);
    for await (const result of batch) expect.unreachable(`${result.index}`);
  });

  it('takes any iterable, and more payloads than the table of tasks has room for', async () => {
    const { balancer, client } = await startBoth();
    balancer.run = ({ payload }) => payload;
    const count = 5_000;
    const payloads = new Set(Array.from({ length: count }, (_, index) => index));
    expect(await client.submitMany('n', payloads).results()).toEqual([...payloads]);
    expect(new Set(balancer.submissions.all.map(({ taskId }) => taskId)).size).toBe(count);
  });

  it('calls onResult with each end, and lets its errors surface where nothing catches them', async () => {
    const { balancer, client } = await startBoth();
    balancer.run = ({ payload }) => payload;
    const seen: BatchResult[] = [];
    const uncaught = new Promise((resolve) => void process.once('uncaughtException', resolve));
    const batch = client.submitMany('n', ['a', 'b'], {
      onResult(result) {
        seen.push(result);
        if (result.index === 0) throw new Error('the user slipped');
      },
    });
    await batch.outcomes();
    expect(seen).toMatchObject([
      { index: 0, ok: true, value: 'a' },
      { index: 1, ok: true, value: 'b' },
    ]);
    expect(seen[1]?.task).toBe(batch.tasks[1]);
    expect(await uncaught).toMatchObject({ message: 'the user slipped' });
  });

  it('retries refusals that may pass', async () => {
    const { balancer, client } = await startBoth();
    let refusals = 0;
    balancer.answer = () => (++refusals <= 3 ? 'QUEUE_FULL' : 'accept');
    balancer.run = ({ payload }) => payload;
    expect(await client.submitMany('n', [1, 2, 3]).results()).toEqual([1, 2, 3]);
  });

  it('cancels what has not ended', async () => {
    const { balancer, client } = await startBoth({ windowTasks: 2 });
    const batch = client.submitMany('n', ['a', 'b', 'c']);
    const [a, b] = await balancer.submissions.take(2);
    balancer.finish(a as never, 1);
    await batch.tasks[0]?.result();
    await balancer.submissions.next();
    await balancer.stop();
    await balancer.restart({ keepsTasks: true });
    await batch.cancel();
    expect(new Set(balancer.cancels.all)).toEqual(new Set([b?.taskId, batch.tasks[2]?.id]));
  });
});
