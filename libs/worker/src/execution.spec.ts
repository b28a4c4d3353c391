import { setImmediate as nextTurn } from 'node:timers/promises';
import { OutcomeFlag, type TaskId } from '@penstock/protocol';
import type { Clock } from '@penstock/runtime';
import { describe, expect, it } from 'vitest';
import { dispatch, dispatchWith } from '../test/dispatch.js';
import { RecordingLink } from '../test/recording-link.js';
import { ClaimWord } from './claim-word.js';
import type { TaskDefinition } from './define-task.js';
import { Execution } from './execution.js';
import { NonRetryableError } from './non-retryable-error.js';
import { Registry } from './registry.js';

/** A clock that a test moves. */
class TestClock implements Clock {
  now = 0;
  monotonicMs(): number {
    return this.now;
  }
  wallMs(): number {
    return this.now;
  }
}

function setup(run: TaskDefinition['run'], concurrency = 1) {
  const link = new RecordingLink();
  const claims = new ClaimWord();
  const clock = new TestClock();
  const execution = new Execution({
    link,
    claims,
    clock,
    concurrency,
    registry: new Registry([{ name: 'task', run }], {}),
    resultBytesMax: 1_000,
    isolation: {},
    within: (_attempt, handler) => handler(),
    onEnded: () => undefined,
    host: { worker: 'worker_1', onProgress: () => undefined, onLog: () => undefined },
  });
  return { link, claims, clock, execution };
}

/** A handler whose runs a test ends one by one. */
function byHand() {
  const runs: PromiseWithResolvers<unknown>[] = [];
  const payloads: unknown[] = [];
  const run = (payload: unknown): Promise<unknown> => {
    const ending = Promise.withResolvers<unknown>();
    payloads.push(payload);
    runs.push(ending);
    return ending.promise;
  };
  const end = async (index: number, value: unknown): Promise<void> => {
    runs[index]?.resolve(value);
    await nextTurn();
  };
  return { run, payloads, end };
}

/** What a hub says to end an attempt: because of a cancel, or because it took longer than `timeoutMs`. */
function abortOf(taskId: TaskId | undefined, attempt = 1, timeoutMs = 0) {
  return { taskId: String(taskId), epoch: 1, attempt, timeoutMs };
}

describe('Execution', () => {
  it('sends the outcomes of a turn in one batch, and says nothing of their starts', async () => {
    const { link, execution } = setup((payload) => payload);
    const { frames, ids } = dispatch('task', 1, 'two', [3]);
    execution.onDispatch(frames);
    expect(link.messages.length).toBeLessThanOrEqual(1);
    await nextTurn();
    expect(link.said).toEqual([`done ${ids[0]}: 1`, `done ${ids[1]}: "two"`, `done ${ids[2]}: [3]`]);
    // The first run of a name is not known to be short, so the one before it is sent without waiting for it.
    expect(link.messages).toHaveLength(1);
  });

  it('counts an async handler that ends in the same turn like one that returns its value', async () => {
    const { link, execution } = setup(async (payload) => payload);
    const { frames, ids } = dispatch('task', 1, 2);
    execution.onDispatch(frames);
    await nextTurn();
    expect(link.messages).toEqual([[`done ${ids[0]}: 1`, `done ${ids[1]}: 2`]]);
  });

  it('says that a handler started which runs on after the turn', async () => {
    const { run, end } = byHand();
    const { link, execution } = setup(run);
    const { frames, ids } = dispatch('task', 1);
    execution.onDispatch(frames);
    await nextTurn();
    expect(link.said).toEqual([`started ${ids[0]}`]);
    await end(0, 'result');
    expect(link.said).toEqual([`started ${ids[0]}`, `done ${ids[0]}: "result"`]);
  });

  it('runs as many at a time as it may, in the order in which they came', async () => {
    const { run, payloads, end } = byHand();
    const { execution } = setup(run, 2);
    execution.onDispatch(dispatch('task', 'a', 'b', 'c').frames);
    execution.onDispatch(dispatch('task', 'd').frames);
    expect(payloads).toEqual(['a', 'b']);
    await end(1, null);
    expect(payloads).toEqual(['a', 'b', 'c']);
    await end(0, null);
    await end(2, null);
    expect(payloads).toEqual(['a', 'b', 'c', 'd']);
    expect(execution.attempts.size).toBe(1);
  });

  it('does not begin what was taken back', async () => {
    const { run, payloads, end } = byHand();
    const { execution, claims } = setup(run);
    execution.onDispatch(dispatch('task', 'a', 'b', 'c').frames);
    expect(claims.recall(3)).toBe(1);
    execution.onDispatch(dispatch('task', 'd').frames);
    await end(0, null);
    expect(payloads).toEqual(['a', 'd']);
  });

  it('sends what has ended before a handler that may block for long', () => {
    const { link, clock, execution } = setup((ms) => {
      clock.now += ms as number;
      return link.said.length;
    });
    const first = dispatch('task', 2);
    const second = dispatch('task', 1_000);
    execution.onDispatch(first.frames);
    expect(link.said).toEqual([]);
    execution.onDispatch(second.frames);
    expect(link.said).toEqual([`done ${first.ids[0]}: 0`]);
  });

  it('gives the event loop its turn when there is much to do', async () => {
    const { link, clock, execution } = setup(() => {
      clock.now += 0.5;
    });
    execution.onDispatch(dispatch('task', ...Array.from({ length: 100 }, () => null)).frames);
    expect(link.said.length + 1).toBeLessThan(20);
    let turns = 0;
    for (; link.said.length < 100; turns++) await nextTurn();
    expect(turns).toBeGreaterThanOrEqual(9);
    expect(turns).toBeLessThan(30);
  });

  it('gives it its turn between async handlers as well, that never wait for anything', async () => {
    const { link, clock, execution } = setup(async () => {
      clock.now += 1;
    });
    execution.onDispatch(dispatch('task', ...Array.from({ length: 50 }, () => null)).frames);
    await nextTurn();
    expect(link.said.length).toBeLessThan(20);
  });

  it('reports a throw, a rejection and a result that cannot travel as failures, and goes on', async () => {
    const { link, execution } = setup((payload) => {
      if (payload === 'throw') throw new TypeError('thrown');
      if (payload === 'reject') return Promise.reject(new TypeError('rejected'));
      if (payload === 'large') return 'x'.repeat(2_000);
      if (payload === 'bigint') return 1n;
      return payload;
    });
    const { frames } = dispatch('task', 'throw', 'reject', 'large', 'bigint', 'fine');
    execution.onDispatch(frames);
    await nextTurn();
    const said = link.said.map((line) => line.replace(/ .{36}: /, ' '));
    expect(said.map((line) => line.split(' ')[0])).toEqual(['failed', 'failed', 'failed', 'failed', 'done']);
    expect(said[0]).toContain('"name":"TypeError","message":"thrown"');
    expect(said[1]).toContain('"message":"rejected"');
    expect(said[2]).toContain('at most 1000 bytes');
    expect(said[3]).toContain('is not JSON');
  });

  it('reports a payload that is no JSON as a failure', async () => {
    const { link, execution } = setup((payload) => payload);
    const { frames } = dispatch('task', 'text');
    const [frame] = frames;
    frame.set(Buffer.from('{'), frame.byteLength - 1);
    execution.onDispatch(frames);
    await nextTurn();
    expect(link.said[0]).toContain('is not JSON');
  });

  it('passes bytes as they are, in a copy of their own', async () => {
    const seen: Uint8Array[] = [];
    const { link, execution } = setup((payload) => {
      seen.push(payload as Uint8Array);
      return payload;
    });
    const { frames, ids } = dispatch('task', Uint8Array.of(1, 2, 255));
    execution.onDispatch(frames);
    await nextTurn();
    expect(link.said).toEqual([`done ${ids[0]}: 0102ff`]);
    expect(seen[0]?.buffer.byteLength).toBe(3);
  });

  describe('a cancel', () => {
    it('aborts the signal, and a throw after that is the cancel', async () => {
      const { link, execution } = setup(
        (_, { signal }) =>
          new Promise((_resolve, reject) =>
            signal.addEventListener('abort', () => reject(signal.reason as Error)),
          ),
      );
      const { frames, ids } = dispatch('task', null);
      execution.onDispatch(frames);
      execution.onAbort(abortOf(ids[0], 1));
      await nextTurn();
      expect(link.said).toEqual([`cancelled ${ids[0]}: null`]);
    });

    it('shows in a signal that is asked for later', async () => {
      const begun = Promise.withResolvers<void>();
      const { link, execution } = setup(async (_, context) => {
        await begun.promise;
        return { aborted: context.signal.aborted, reason: (context.signal.reason as Error).name };
      });
      const { frames, ids } = dispatch('task', null);
      execution.onDispatch(frames);
      execution.onAbort(abortOf(ids[0], 1));
      begun.resolve();
      await nextTurn();
      expect(link.said).toEqual([`done ${ids[0]}: {"aborted":true,"reason":"AbortError"}`]);
    });

    it('of another attempt changes nothing', async () => {
      const { run, end } = byHand();
      const { link, execution } = setup(run);
      const { frames, ids } = dispatch('task', null);
      execution.onDispatch(frames);
      execution.onAbort(abortOf(ids[0], 2));
      expect([...execution.attempts].map(({ wasCancelled }) => wasCancelled)).toEqual([false]);
      await end(0, null);
      expect(link.said.at(-1)).toBe(`done ${ids[0]}: null`);
    });
  });

  describe('a timeout', () => {
    it('aborts the signal with a TimeoutError, and a throw after that is a failure', async () => {
      const { link, execution } = setup(
        (_, { signal }) =>
          new Promise((_resolve, reject) =>
            signal.addEventListener('abort', () => reject(signal.reason as Error)),
          ),
      );
      const { frames, ids } = dispatch('task', null);
      execution.onDispatch(frames);
      execution.onAbort(abortOf(ids[0], 1, 50));
      await nextTurn();
      expect(link.said.at(-1)).toMatch(
        `failed ${ids[0]}: {"name":"TimeoutError","message":"the handler took longer than 50 ms"`,
      );
    });

    it('and then a cancel leave the signal as it was, and a throw is the cancel', async () => {
      const { run } = byHand();
      const { link, execution } = setup((payload, { signal }) => {
        signal.addEventListener('abort', () => reasons.push((signal.reason as Error).name));
        return Promise.race([run(payload), failing.promise]);
      });
      const reasons: string[] = [];
      const failing = Promise.withResolvers<never>();
      const { frames, ids } = dispatch('task', null);
      execution.onDispatch(frames);
      execution.onAbort(abortOf(ids[0], 1, 50));
      execution.onAbort(abortOf(ids[0]));
      failing.reject(new Error('enough'));
      await nextTurn();
      expect(reasons).toEqual(['TimeoutError']);
      expect(link.said.at(-1)).toBe(`cancelled ${ids[0]}: null`);
    });
  });

  describe('what a handler knows of its rules', () => {
    const run: TaskDefinition['run'] = (_, { taskId, timeoutMs, idempotencyKey }) => [
      taskId,
      timeoutMs ?? 'none',
      idempotencyKey,
    ];

    it('is the timeout and the key that its submitter gave', () => {
      const { link, execution } = setup(run);
      const rules = { timeoutMs: 5_000, idempotencyKey: 'invoice-7', onWorkerLoss: 'fail' } as const;
      const { frames, ids } = dispatchWith(rules, 'task', null);
      execution.onDispatch(frames);
      execution.flush();
      expect(link.said).toEqual([`done ${ids[0]}: ["${ids[0]}",5000,"invoice-7"]`]);
    });

    it('is no timeout and the id as the key where it gave none', () => {
      const { link, execution } = setup(run);
      const { frames, ids } = dispatch('task', null);
      execution.onDispatch(frames);
      execution.flush();
      expect(link.said).toEqual([`done ${ids[0]}: ["${ids[0]}","none","${ids[0]}"]`]);
    });
  });

  describe('an error', () => {
    const thrown = [
      ['that says so', new NonRetryableError('never'), true],
      ['with retryable: false', Object.assign(new RangeError('never'), { retryable: false }), true],
      ['that is no Error', { retryable: false }, true],
      ['with retryable: true', Object.assign(new Error('later'), { retryable: true }), false],
      ['like any other', new Error('later'), false],
    ] as const;

    it.each(thrown)('%s marks its outcome as not to be retried, or not', (_, error, isFinal) => {
      const { link, execution } = setup(() => {
        throw error as Error;
      });
      execution.onDispatch(dispatch('task', null).frames);
      execution.flush();
      expect(link.flags).toEqual([isFinal ? OutcomeFlag.notRetryable : 0]);
    });
  });

  it('stops once what runs has ended, and begins nothing more', async () => {
    const { run, payloads, end } = byHand();
    const { link, execution } = setup(run);
    const { frames, ids } = dispatch('task', 'a', 'b');
    execution.onDispatch(frames);
    let isStopped = false;
    execution.onStop(() => (isStopped = true));
    expect(isStopped).toBe(false);
    await end(0, null);
    expect(isStopped).toBe(true);
    expect(payloads).toEqual(['a']);
    expect(link.said.at(-1)).toBe(`done ${ids[0]}: null`);
  });

  it('makes all that run fail when the worker cannot go on', () => {
    const { run } = byHand();
    const { link, execution } = setup(run, 2);
    execution.onDispatch(dispatch('task', 'a', 'b', 'c').frames);
    execution.failAll(new Error('stray'));
    expect(link.said).toHaveLength(2);
    for (const line of link.said) expect(line).toMatch(/^failed .*stray/);
  });
});
