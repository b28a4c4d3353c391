import { OutcomeFlag, Pattern, type HubLost } from '@penstock/protocol';
import { describe, expect, it } from 'vitest';
import { startHub } from '../test/hub-under-test.js';
import { plan } from '../test/plan.js';
import { cancellable, echo } from '../test/task-files.js';

const files = { ...cancellable, ...echo };
const tooLong = (timeoutMs: number) => ({
  status: 'failed',
  value: {
    name: 'TimeoutError',
    message: `the handler took longer than ${timeoutMs} ms`,
    code: 'ATTEMPT_TIMEOUT',
  },
  flags: OutcomeFlag.timedOut,
});

describe('an attempt that takes longer than it may', () => {
  it.each(['obeys', 'answers'])(
    'has failed although its handler %s, and its worker goes on',
    async (name) => {
      const { balancer, hub } = await startHub({ files, cancelGraceMs: 60_000 });
      await balancer.window(1);
      balancer.redispatches = true;
      const taskId = balancer.sendOne({ name, rules: { timeoutMs: 50 } });
      const { worker } = await balancer.startOf(taskId);
      const outcome = await balancer.outcomeOf(taskId);
      expect(outcome).toMatchObject({ ...tooLong(50), worker });
      expect(outcome.runMs).toBeGreaterThan(40);
      const next = await balancer.outcomeOf(balancer.sendOne({ name: 'echo', payload: 1 }));
      expect(next).toMatchObject({ value: 1, worker, flags: 0 });
      expect(hub.counts).toMatchObject({ failed: 1, done: 1, deaths: 0 });
    },
  );

  it.each(['ignores', 'spins'])('is killed with its process when its handler %s', async (name) => {
    const { balancer, hub, lines } = await startHub({ files, cancelGraceMs: 100 });
    await balancer.window(1);
    balancer.redispatches = true;
    const [before] = hub.workforce.pids.values();
    const taskId = balancer.sendOne({ name, rules: { timeoutMs: 50 } });
    expect(await balancer.outcomeOf(taskId)).toMatchObject(tooLong(50));
    expect(() => process.kill(before ?? 0, 0)).toThrow('ESRCH');
    expect(lines.all.map(({ message }) => message).join('\n')).toContain(
      'a task that timed out did not end in time',
    );
    expect((await balancer.outcomeOf(balancer.sendOne({ name: 'echo', payload: 1 }))).value).toBe(1);
    expect(balancer.events.all.filter(({ pattern }) => pattern === Pattern.hubLost)).toEqual([]);
  });

  it('leaves what was handed ahead to its worker uncharged: it runs in the next one', async () => {
    const { balancer } = await startHub({ files, cancelGraceMs: 100 });
    await balancer.window(1);
    balancer.redispatches = true;
    // Names that are known to be short are handed ahead.
    await balancer.outcomeOf(balancer.sendOne({ name: 'echo' }));
    await balancer.outcomeOf(balancer.sendOne({ name: 'blocks', payload: 1 }));
    const [late, ...behind] = balancer.send(
      { name: 'blocks', payload: 5_000, rules: { timeoutMs: 50 } },
      { name: 'echo', payload: 1 },
      { name: 'echo', payload: 2 },
    );
    if (late === undefined) throw new Error('it was sent');
    expect(await balancer.outcomeOf(late)).toMatchObject(tooLong(50));
    const after = await Promise.all(behind.map((taskId) => balancer.outcomeOf(taskId)));
    expect(after.map(({ value, attempt }) => [value, attempt])).toEqual([
      [1, 1],
      [2, 1],
    ]);
    expect(balancer.events.all.filter(({ pattern }) => pattern === Pattern.hubLost)).toEqual([]);
  });

  it('in an inline group takes the thread along when it does not end, and its neighbours are lost uncharged', async () => {
    const { balancer } = await startHub({
      files,
      cancelGraceMs: 100,
      groups: [plan({ kind: 'inline', slots: 2 })],
    });
    await balancer.window(2);
    balancer.redispatches = true;
    const [late, neighbour] = balancer.send(
      { name: 'ignores', rules: { timeoutMs: 50 } },
      { name: 'ignores' },
    );
    if (late === undefined || neighbour === undefined) throw new Error('two were sent');
    expect(await balancer.outcomeOf(late)).toMatchObject(tooLong(50));
    const lost = (await balancer.eventOf(Pattern.hubLost)) as HubLost;
    expect(lost).toEqual({
      leases: [balancer.lease(neighbour)],
      reason: 'a task that timed out did not end in time',
      charged: false,
    });
    expect((await balancer.outcomeOf(balancer.sendOne({ name: 'echo', payload: 1 }))).value).toBe(1);
  });
});

describe('an attempt that ends in time', () => {
  it('is done, and its worker is not touched when the time is over', async () => {
    const { balancer, hub } = await startHub({ files });
    await balancer.window(1);
    balancer.redispatches = true;
    const rules = { timeoutMs: 300 };
    const first = balancer.sendOne({ name: 'blocks', payload: 1, rules });
    expect(await balancer.outcomeOf(first)).toMatchObject({ status: 'done', flags: 0 });
    // Runs past the moment at which the first one would have been timed out.
    const second = balancer.sendOne({ name: 'blocks', payload: 500 });
    expect(await balancer.outcomeOf(second)).toMatchObject({ status: 'done', value: 500 });
    expect(hub.counts).toMatchObject({ failed: 0, deaths: 0 });
  });
});

it('an error that says so marks its outcome as not to be retried', async () => {
  const { balancer } = await startHub({
    files: {
      'final.ts': `import { defineTask, NonRetryableError } from '@penstock/worker';
        export default defineTask({ name: 'final', run: () => { throw new NonRetryableError('there is no such page'); } });`,
    },
  });
  await balancer.window(1);
  balancer.redispatches = true;
  expect(await balancer.outcomeOf(balancer.sendOne({ name: 'final' }))).toMatchObject({
    status: 'failed',
    value: { name: 'NonRetryableError', message: 'there is no such page' },
    flags: OutcomeFlag.notRetryable,
  });
});
