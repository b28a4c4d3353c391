import { Pattern, type HubLost } from '@penstock/protocol';
import { describe, expect, it } from 'vitest';
import { startHub } from '../test/hub-under-test.js';
import { plan } from '../test/plan.js';
import { cancellable, deadly, echo, forging } from '../test/task-files.js';

const files = { ...deadly, ...echo, ...cancellable };

describe('a worker that dies', () => {
  it('is replaced, and its task is given back as an attempt that counts', async () => {
    const { balancer, hub, lines } = await startHub({ files });
    await balancer.window(1);
    const taskId = balancer.sendOne({ name: 'ignores' });
    const { worker } = await balancer.startOf(taskId);
    const [pid] = hub.workforce.pids.values();
    process.kill(pid ?? 0, 'SIGKILL');
    expect(await balancer.eventOf(Pattern.hubLost)).toEqual({
      leases: [balancer.lease(taskId)],
      reason: 'signal SIGKILL',
      charged: true,
    });
    await lines.find(({ message }) => message.includes(`WORKER ${worker} DIED (signal SIGKILL)`));
    const again = balancer.sendOne({ name: 'echo', taskId, attempt: 2, payload: 'again' });
    expect(await balancer.outcomeOf(again)).toMatchObject({ value: 'again', attempt: 2, worker });
  });

  it.each(['exits', 'exits later', 'dies'])('by its task (%s) gives it back', async (name) => {
    const { balancer } = await startHub({ files });
    await balancer.window(1);
    const taskId = balancer.sendOne({ name });
    const { leases } = (await balancer.eventOf(Pattern.hubLost)) as HubLost;
    expect(leases).toEqual([balancer.lease(taskId)]);
  });

  it('by its task again and again gives it back each time, for the balancer to judge', async () => {
    const { balancer } = await startHub({ files });
    await balancer.window(1);
    const taskId = balancer.sendOne({ name: 'dies', attempt: 1 });
    for (let attempt = 1; attempt <= 4; attempt++) {
      const isIt = ({ leases }: HubLost) => leases[0]?.attempt === attempt;
      expect(await balancer.eventOf(Pattern.hubLost, isIt)).toEqual({
        leases: [balancer.lease(taskId, attempt)],
        reason: 'signal SIGKILL',
        charged: true,
      });
      balancer.sendOne({ name: attempt === 4 ? 'echo' : 'dies', taskId, attempt: attempt + 1 });
    }
    expect(balancer.outcomes.all.filter(({ status }) => status === 'failed')).toEqual([]);
  });

  it.each([
    ['throws later', 'nobody catches this'],
    ['rejects later', 'nobody awaits this'],
  ])('of an error that no handler caught (%s) makes the task fail with that error', async (name, message) => {
    const { balancer, lines } = await startHub({ files });
    await balancer.window(1);
    const { status, value } = await balancer.outcomeOf(balancer.sendOne({ name }));
    expect(status).toBe('failed');
    expect(value).toMatchObject({ name: 'Error', message });
    await lines.find((line) => line.message.includes(`DIED (Error: ${message}`));
    expect((await balancer.outcomeOf(balancer.sendOne({ name: 'echo', payload: 1 }))).value).toBe(1);
  });

  it.each([
    ['writes to the link', 'a frame of 2 GB', '50495045ffffff7f', 'a frame'],
    ['writes to the link', 'what a frame never has', '5049504504000000deadbeef', 'a frame'],
    ['writes to the link', 'no frame', 'deadbeef', 'the stream'],
    ['writes to the lifeline', 'a frame of 2 GB', '50495045ffffff7f', 'a frame'],
    ['writes to the lifeline', 'what a frame never has', '5049504504000000deadbeef', 'a frame'],
    ['writes to the lifeline', 'no frame', 'deadbeef00000000', 'the stream'],
  ])('because it %s %s takes nobody along', async (name, _, payload, why) => {
    const { balancer, lines } = await startHub({ files: { ...forging, ...echo } });
    await balancer.window(1);
    const taskId = balancer.sendOne({ name, payload });
    const { leases } = (await balancer.eventOf(Pattern.hubLost)) as HubLost;
    expect(leases).toEqual([balancer.lease(taskId)]);
    await lines.find(({ message }) => message.includes(`DIED (${why}`));
    expect((await balancer.outcomeOf(balancer.sendOne({ name: 'echo', payload: 1 }))).value).toBe(1);
  });

  it('tells the outcomes of those that it ran before its last one', async () => {
    const { balancer } = await startHub({ files });
    await balancer.window(1);
    // Both names are known to be short, so all of these are handed over at once.
    await balancer.outcomeOf(balancer.sendOne({ name: 'echo' }));
    const before = balancer.send(...Array.from({ length: 20 }, () => ({ name: 'echo' })), { name: 'exits' });
    const fatal = before.pop();
    const { leases } = (await balancer.eventOf(Pattern.hubLost)) as HubLost;
    expect(leases.map(({ taskId }) => taskId)).toEqual([fatal]);
    expect(balancer.outcomes.all.slice(1).map(({ taskId }) => taskId)).toEqual(before);
  });

  it('of an inline group loses what the thread ran, and only that', async () => {
    const { balancer } = await startHub({ files, groups: [plan({ kind: 'inline', slots: 2 })] });
    await balancer.window(2);
    const [fatal, neighbour] = balancer.send({ name: 'exits later' }, { name: 'ignores' });
    const { leases } = (await balancer.eventOf(Pattern.hubLost)) as HubLost;
    expect(new Set(leases.map(({ taskId }) => taskId))).toEqual(new Set([fatal, neighbour]));
    expect((await balancer.outcomeOf(balancer.sendOne({ name: 'echo', payload: 1 }))).value).toBe(1);
  });
});

describe('a handler that blocks its event loop', () => {
  it('is told to have started while it blocks, and keeps nobody waiting behind it', async () => {
    const { balancer } = await startHub({ files, groups: [plan({ slots: 2 })] });
    await balancer.window(2);
    await balancer.outcomeOf(balancer.sendOne({ name: 'echo' }));
    await balancer.outcomeOf(balancer.sendOne({ name: 'blocks', payload: 1 }));
    // Both names count as short now, so tasks are handed ahead to both workers.
    const [blocking, ...rest] = balancer.send(
      { name: 'blocks', payload: 1_500 },
      ...Array.from({ length: 12 }, (_, payload) => ({ name: 'echo', payload })),
    );
    if (blocking === undefined) throw new Error('it was sent');
    await balancer.startOf(blocking);
    await Promise.all(rest.map((taskId) => balancer.outcomeOf(taskId)));
    expect(balancer.outcomes.all.some(({ taskId }) => taskId === blocking)).toBe(false);
    expect(await balancer.outcomeOf(blocking)).toMatchObject({ status: 'done', value: 1_500 });
  });

  it('for longer than a session lasts without a word is not taken for dead', async () => {
    const { balancer, lines } = await startHub({ files });
    balancer.lostMs = 400;
    await balancer.window(1);
    const taskId = balancer.sendOne({ name: 'blocks', payload: 1_200 });
    expect(await balancer.outcomeOf(taskId)).toMatchObject({ status: 'done' });
    expect(balancer.hellos.all).toHaveLength(1);
    expect(lines.all.filter(({ level }) => level !== 'info')).toEqual([]);
  });
});
