import { describe, expect, it } from 'vitest';
import { startHub } from '../test/hub-under-test.js';
import { plan } from '../test/plan.js';
import { cancellable, echo } from '../test/task-files.js';

const files = { ...cancellable, ...echo };

describe('a cancelled task', () => {
  it('is cancelled when its handler throws because of the abort, and its worker goes on', async () => {
    const { balancer } = await startHub({ files, cancelGraceMs: 60_000 });
    await balancer.window(1);
    const taskId = balancer.sendOne({ name: 'obeys' });
    const { worker } = await balancer.startOf(taskId);
    balancer.cancel(taskId);
    expect(await balancer.outcomeOf(taskId)).toMatchObject({ status: 'cancelled', value: null, worker });
    const next = await balancer.outcomeOf(balancer.sendOne({ name: 'echo', payload: 1 }));
    expect(next).toMatchObject({ value: 1, worker });
  });

  it('is done when its handler returns a value all the same', async () => {
    const { balancer } = await startHub({ files, cancelGraceMs: 60_000 });
    await balancer.window(1);
    const taskId = balancer.sendOne({ name: 'answers' });
    await balancer.startOf(taskId);
    balancer.cancel(taskId);
    expect(await balancer.outcomeOf(taskId)).toMatchObject({ status: 'done', value: 'as far as I got' });
  });

  it.each(['ignores', 'spins'])(
    'is cancelled once its process is dead, when its handler %s',
    async (name) => {
      const { balancer, hub, lines } = await startHub({ files, cancelGraceMs: 100 });
      await balancer.window(1);
      const taskId = balancer.sendOne({ name });
      await balancer.startOf(taskId);
      const [before] = hub.workforce.pids.values();
      balancer.cancel(taskId);
      expect(await balancer.outcomeOf(taskId)).toMatchObject({ status: 'cancelled' });
      expect(() => process.kill(before ?? 0, 0)).toThrow('ESRCH');
      expect((await balancer.outcomeOf(balancer.sendOne({ name: 'echo', payload: 1 }))).value).toBe(1);
      const [after] = hub.workforce.pids.values();
      expect(after).not.toBe(before);
      // It was meant: nobody is to be alarmed by it.
      expect(lines.all.filter(({ message }) => message.includes('DIED'))).toEqual([]);
    },
  );

  it('is cancelled at once while it waits behind another one', async () => {
    const { balancer } = await startHub({ files });
    await balancer.window(1);
    const [first, second] = balancer.send({ name: 'blocks', payload: 300 }, { name: 'echo' });
    if (first === undefined || second === undefined) throw new Error('two were sent');
    balancer.cancel(second);
    expect(await balancer.outcomeOf(second)).toMatchObject({ status: 'cancelled', worker: '' });
    expect(balancer.outcomes.all).toHaveLength(1);
    expect(await balancer.outcomeOf(first)).toMatchObject({ status: 'done' });
  });

  it('of an inline group takes its thread along when it does not end, and the neighbours get another attempt', async () => {
    const { balancer, lines } = await startHub({
      files,
      groups: [plan({ kind: 'inline', slots: 4 })],
      cancelGraceMs: 100,
    });
    await balancer.window(4);
    await lines.find(({ message }) => message === 'HUB - READY (1 worker)');
    const [stubborn, neighbour] = balancer.send({ name: 'ignores' }, { name: 'obeys' });
    if (stubborn === undefined || neighbour === undefined) throw new Error('two were sent');
    await balancer.startOf(neighbour);
    balancer.cancel(stubborn);
    expect(await balancer.outcomeOf(stubborn)).toMatchObject({ status: 'cancelled' });
    const lost = (await balancer.eventOf('hub.lost')) as { leases: unknown };
    expect(lost.leases).toEqual([balancer.lease(neighbour)]);
    expect((await balancer.outcomeOf(balancer.sendOne({ name: 'echo', payload: 1 }))).value).toBe(1);
  });
});
