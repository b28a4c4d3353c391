import { OutcomeStatus, Pattern } from '@penstock/protocol';
import { describe, expect, it } from 'vitest';
import { allSaid, startBoth } from '../test/setup.js';
import type { MapResult } from './index.js';

/** Numbers from 0, which tell how many of them were pulled and whether they were let go. */
function numbers(count = Infinity) {
  const source = { pulled: 0, isReleased: false };
  function* generate() {
    try {
      while (source.pulled < count) yield source.pulled++;
    } finally {
      source.isReleased = true;
    }
  }
  return Object.assign(source, { items: generate() });
}

async function collect<T>(results: AsyncIterable<T>): Promise<T[]> {
  const all: T[] = [];
  for await (const result of results) all.push(result);
  return all;
}

describe('map', () => {
  it('runs each payload as a task and tells how each ended', async () => {
    const { balancer, client } = await startBoth();
    balancer.run = ({ payload }) => `${payload as string}!`;
    const results = await collect(client.map('n', ['a', 'b'], { userId: 'mary', priority: 4 }));
    const run = { worker: 'hub/1', attempt: 1, waitMs: 1.5, runMs: 2.5 };
    expect(results).toEqual([
      { index: 0, payload: 'a', ok: true, value: 'a!', ...run },
      { index: 1, payload: 'b', ok: true, value: 'b!', ...run },
    ]);
    expect(balancer.submissions.all).toMatchObject([
      { name: 'n', userId: 'mary', priority: 4 },
      { name: 'n', userId: 'mary', priority: 4 },
    ]);
  });

  it('yields results as tasks end', async () => {
    const { balancer, client } = await startBoth();
    const results = client.map('n', ['a', 'b', 'c']);
    const first = results.next();
    const [a, b, c] = await balancer.submissions.take(3);
    balancer.finish(c as never, 1);
    expect((await first).value).toMatchObject({ index: 2, payload: 'c' });
    balancer.finish(a as never, 1);
    expect((await results.next()).value).toMatchObject({ index: 0 });
    balancer.finish(b as never, 1);
    expect((await results.next()).value).toMatchObject({ index: 1 });
    expect(await results.next()).toEqual({ done: true, value: undefined });
  });

  it('yields them in the order of the source where that is asked for', async () => {
    const { balancer, client } = await startBoth();
    const results = collect(client.map('n', ['a', 'b', 'c'], { ordered: true }));
    for (const submitted of (await balancer.submissions.take(3)).toReversed()) {
      balancer.finish(submitted, submitted.payload);
    }
    expect((await results).map(({ payload }) => payload)).toEqual(['a', 'b', 'c']);
  });

  it.each([false, true])('pulls no more than concurrency ahead (ordered: %s)', async (ordered) => {
    const { balancer, client } = await startBoth();
    const source = numbers();
    const results = client.map('n', source.items, { concurrency: 3, ordered });
    expect(source.pulled, 'nothing before the first result is asked for').toBe(0);
    const first = results.next();
    const [zero, one, two] = await balancer.submissions.take(3);
    await allSaid(client);
    expect(source.pulled).toBe(3);
    balancer.finish(one as never, 1);
    balancer.finish(two as never, 2);
    await allSaid(client);
    // In order, what has ended is held until its turn comes: that takes room as well.
    expect(source.pulled).toBe(ordered ? 3 : 4);
    balancer.finish(zero as never, 0);
    expect((await first).value?.index).toBe(ordered ? 0 : 1);
    await allSaid(client);
    expect(source.pulled, 'one was taken').toBe(4);
    await results.next();
    expect(source.pulled).toBe(5);
    await results.return(undefined);
  });

  it('takes async sources, one pull at a time', async () => {
    const { balancer, client } = await startBoth();
    balancer.run = ({ payload }) => payload;
    let pulling = 0;
    const source: AsyncIterable<number> = {
      [Symbol.asyncIterator]() {
        let count = 0;
        return {
          async next() {
            expect(++pulling).toBe(1);
            await Promise.resolve();
            pulling -= 1;
            return count < 100 ? { done: false, value: count++ } : { done: true, value: undefined };
          },
        };
      },
    };
    const results = await collect(client.map('n', source, { concurrency: 7, ordered: true }));
    expect(results.map(({ payload }) => payload)).toEqual(Array.from({ length: 100 }, (_, index) => index));
  });

  it('cancels what is open and lets go of the source when the loop is left', async () => {
    const { balancer, client } = await startBoth();
    const source = numbers();
    balancer.run = ({ payload }) => (payload === 0 ? 'done' : undefined);
    for await (const result of client.map('n', source.items, { concurrency: 3 })) {
      expect(result.index).toBe(0);
      break;
    }
    const open = balancer.submissions.all.slice(1).map(({ taskId }) => taskId);
    expect(new Set(balancer.cancels.all)).toEqual(new Set(open));
    expect(source.isReleased).toBe(true);
  });

  it('ends when its signal is aborted, and cancels what is open', async () => {
    const { balancer, client } = await startBoth();
    const stop = new AbortController();
    const results = collect(client.map('n', ['a', 'b'], { signal: stop.signal }));
    const open = (await balancer.submissions.take(2)).map(({ taskId }) => taskId);
    stop.abort(new Error('enough'));
    await expect(results).rejects.toThrow('enough');
    expect(new Set(balancer.cancels.all)).toEqual(new Set(open));
  });

  it('does not wait for a source that is stuck when the loop is left', async () => {
    const { balancer, client } = await startBoth();
    balancer.run = () => 'done';
    async function* stuck() {
      yield 0;
      await new Promise(() => undefined);
      yield 1;
    }
    for await (const result of client.map('n', stuck())) {
      expect(result.index).toBe(0);
      break;
    }
  });

  it.each(['sync', 'async'])(
    'throws what the source throws, after the results before it (%s)',
    async (kind) => {
      const { balancer, client } = await startBoth();
      balancer.run = ({ payload }) => payload;
      const error = new Error('disk gone');
      function* items() {
        yield 0;
        yield 1;
        throw error;
      }
      async function* later() {
        yield* items();
      }
      const seen: MapResult[] = [];
      const mapping = (async () => {
        for await (const result of client.map('n', kind === 'sync' ? items() : later())) seen.push(result);
      })();
      await expect(mapping).rejects.toBe(error);
      expect(seen).toMatchObject([{ payload: 0 }, { payload: 1 }]);
    },
  );

  it('goes on after failures', async () => {
    const { balancer, client } = await startBoth();
    const results = collect(client.map('n', ['a', 'b', 'c'], { concurrency: 1, ordered: true }));
    balancer.fail(await balancer.submissions.next(), { name: 'Error', message: 'no' });
    balancer.end(await balancer.submissions.next(), OutcomeStatus.expired);
    balancer.finish(await balancer.submissions.next(), 3);
    expect(await results).toMatchObject([
      { payload: 'a', ok: false, error: { code: 'TASK_FAILED' } },
      { payload: 'b', ok: false, error: { code: 'TASK_EXPIRED' } },
      { payload: 'c', ok: true, value: 3 },
    ]);
  });

  it('ends at the first failure where that is asked for', async () => {
    const { balancer, client } = await startBoth();
    const source = numbers();
    const results = collect(client.map('n', source.items, { concurrency: 2, stopOnFailure: true }));
    const [failing, open] = await balancer.submissions.take(2);
    balancer.fail(failing as never, { name: 'Error', message: 'no' });
    await expect(results).rejects.toMatchObject({ code: 'TASK_FAILED' });
    expect(balancer.cancels.all).toEqual([open?.taskId]);
    expect(source.isReleased).toBe(true);
  });

  it('takes a payload that is not JSON for the failure of that one', async () => {
    const { balancer, client } = await startBoth();
    balancer.run = ({ payload }) => payload;
    const results = await collect(client.map('n', [1n, 2, 3n, 4n], { concurrency: 1, ordered: true }));
    expect(results).toMatchObject([
      { payload: 1n, ok: false, error: { code: 'INVALID_MESSAGE' } },
      { payload: 2, ok: true, value: 2 },
      { payload: 3n, ok: false },
      { payload: 4n, ok: false },
    ]);
  });

  it('takes one that is too large for the failure of that one', async () => {
    const { balancer, client } = await startBoth({ payloadBytes: 1_000 });
    balancer.run = ({ bytes }) => bytes.length;
    const payloads = [100_000, 10, 100_000].map((length) => new Uint8Array(length));
    expect(await collect(client.map('n', payloads, { ordered: true }))).toMatchObject([
      { index: 0, ok: false, error: { code: 'TOO_LARGE' } },
      { index: 1, ok: true, value: 10 },
      { index: 2, ok: false, error: { code: 'TOO_LARGE' } },
    ]);
  });

  it('retries refusals that may pass', async () => {
    const { balancer, client } = await startBoth();
    let refusals = 0;
    balancer.answer = () => (++refusals <= 2 ? 'QUOTA_EXCEEDED' : 'accept');
    balancer.run = ({ payload }) => payload;
    const results = await collect(client.map('n', [1, 2], { ordered: true }));
    expect(results).toMatchObject([{ value: 1 }, { value: 2 }]);
  });

  it('waits for the window, however large its concurrency', async () => {
    const { balancer, client } = await startBoth({ windowTasks: 2, queuedPerUser: 1 });
    balancer.run = ({ payload }) => payload;
    const results = await collect(client.map('n', numbers(100).items, { concurrency: 1_000 }));
    expect(results).toHaveLength(100);
    expect(Math.max(...balancer.batches)).toBe(1);
  });

  it('tells progress with its payload', async () => {
    const { balancer, client } = await startBoth();
    const seen: unknown[] = [];
    const mapping = collect(
      client.map('n', ['a'], {
        onProgress: (progress) => {
          seen.push(progress);
          balancer.finish(submitted, 'done');
        },
      }),
    );
    const submitted = await balancer.submissions.next();
    expect(await balancer.watched.next()).toBe(submitted.taskId);
    balancer.event(Pattern.taskProgress, { taskId: submitted.taskId, progress: 50 });
    await mapping;
    expect(seen).toEqual([{ index: 0, payload: 'a', progress: 50 }]);
  });

  it('packs what it submits in one turn', async () => {
    const { balancer, client } = await startBoth();
    balancer.run = ({ payload }) => payload;
    await collect(client.map('n', numbers(1_000).items, { concurrency: 500 }));
    expect(balancer.batches[0]).toBe(500);
  });

  it.each([0, -1, 1.5, Number.NaN])('refuses a concurrency of %s', async (concurrency) => {
    const { client } = await startBoth();
    expect(() => client.map('n', [], { concurrency })).toThrow(
      expect.objectContaining({ code: 'INVALID_MESSAGE' }),
    );
  });

  it('ends when the client is closed, also over a source without end', async () => {
    const { balancer, client } = await startBoth();
    const results = collect(client.map('n', numbers().items, { concurrency: 2 }));
    await balancer.submissions.take(2);
    await client.close();
    await expect(results).rejects.toMatchObject({ code: 'CLOSED' });
  });
});
