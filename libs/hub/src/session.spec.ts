import { Pattern } from '@penstock/protocol';
import { describe, expect, it } from 'vitest';
import { startHub } from '../test/hub-under-test.js';
import { plan } from '../test/plan.js';
import { cancellable, echo } from '../test/task-files.js';

const files = { ...cancellable, ...echo };

describe('a hub whose session is lost', () => {
  it('keeps what it runs and what it finished, lists it in the next hello, and tells outcomes again', async () => {
    const { balancer, hub, lines } = await startHub({ files, groups: [plan({ slots: 2 })] });
    await balancer.window(2);
    balancer.settles = false;
    const finished = balancer.sendOne({ name: 'echo', payload: 'kept' });
    const running = balancer.sendOne({ name: 'obeys' });
    await balancer.outcomeOf(finished);
    await balancer.startOf(running);
    const startedAgain = balancer.started.next(({ taskId }) => taskId === running);
    const toldAgain = balancer.outcomes.next(({ taskId }) => taskId === finished);
    balancer.settles = true;
    balancer.event(Pattern.sessionUnknown, { reason: 'test' });
    const hello = await balancer.hellos.next();
    expect(hello.leases.map(({ taskId }) => taskId).toSorted()).toEqual([finished, running].toSorted());
    expect(await toldAgain).toMatchObject({ value: 'kept', status: 'done' });
    await startedAgain;
    await lines.find(({ message }) =>
      message.includes('LOST THE LOAD BALANCER (session.unknown), KEEPING 2 TASKS'),
    );
    balancer.cancel(running);
    await balancer.outcomeOf(running);
    expect(await hub.until(() => hub.table.held.size === 0, 2_000)).toBe(true);
  });

  it('ends what it ran when the lease is revoked, and never tells how that ended', async () => {
    const { balancer, hub } = await startHub({ files });
    await balancer.window(1);
    const taskId = balancer.sendOne({ name: 'obeys' });
    await balancer.startOf(taskId);
    balancer.revoked = [balancer.lease(taskId)];
    balancer.event(Pattern.sessionUnknown, { reason: 'test' });
    await balancer.hellos.next();
    expect(await hub.until(() => hub.table.held.size === 0, 2_000)).toBe(true);
    expect((await balancer.outcomeOf(balancer.sendOne({ name: 'echo', payload: 1 }))).value).toBe(1);
    expect(balancer.outcomes.all).toHaveLength(1);
  });

  it('goes on with leases of the epoch before when the balancer was restarted and does not revoke them', async () => {
    const { balancer, hub } = await startHub({ files, groups: [plan({ slots: 3 })] });
    await balancer.window(3);
    balancer.settles = false;
    const finished = balancer.sendOne({ name: 'echo', payload: 'kept' });
    const running = balancer.sendOne({ name: 'answers' });
    const gone = balancer.sendOne({ name: 'obeys' });
    await balancer.outcomeOf(finished);
    await balancer.startOf(running);
    await balancer.startOf(gone);
    const before = { finished: balancer.lease(finished), running: balancer.lease(running) };
    const startedAgain = balancer.started.next(({ taskId }) => taskId === running);
    const toldAgain = balancer.outcomes.next(({ taskId }) => taskId === finished);
    balancer.revoked = [balancer.lease(gone)];
    balancer.event(Pattern.sessionUnknown, { reason: 'a new epoch' });
    balancer.epoch += 1;
    expect(new Set((await balancer.hellos.next()).leases.map(({ epoch }) => epoch))).toEqual(new Set([7]));
    expect(await toldAgain).toMatchObject({ value: 'kept', status: 'done', epoch: 7 });
    await startedAgain;
    balancer.settleAll();
    balancer.event(Pattern.hubCancel, before.running);
    expect(await balancer.outcomeOf(running)).toMatchObject({ value: 'as far as I got', epoch: 7 });
    // The same task in the new epoch is another attempt.
    const again = balancer.sendOne({ name: 'echo', taskId: gone, payload: 'anew' });
    expect(await balancer.outcomeOf(again)).toMatchObject({ value: 'anew', epoch: 8 });
    expect(await hub.until(() => hub.table.held.size === 0, 2_000)).toBe(true);
  });

  it('drops all that it held when it was given up', async () => {
    const { balancer, hub, lines } = await startHub({ files, groups: [plan({ slots: 3 })] });
    await balancer.window(3);
    balancer.settles = false;
    await balancer.outcomeOf(balancer.sendOne({ name: 'echo' }));
    await balancer.startOf(balancer.sendOne({ name: 'obeys' }));
    await balancer.startOf(balancer.sendOne({ name: 'spins' }));
    balancer.event(Pattern.sessionEnded, { reason: 'test' });
    const hello = await balancer.hellos.next();
    expect(hello.leases).toEqual([]);
    await lines.find(({ message }) => message.includes('GAVE THIS HUB UP, DROPPING 3 TASKS'));
    expect(await hub.until(() => hub.table.held.size === 0, 5_000)).toBe(true);
    expect(balancer.outcomes.all).toHaveLength(1);
  });

  it('tells of a worker that died meanwhile once it is back', async () => {
    const { balancer, hub, lines } = await startHub({ files });
    await balancer.window(1);
    const taskId = balancer.sendOne({ name: 'ignores' });
    await balancer.startOf(taskId);
    balancer.isWelcoming = false;
    balancer.event(Pattern.sessionUnknown, { reason: 'test' });
    await lines.find(({ message }) => message.includes('LOST THE LOAD BALANCER'));
    const [pid] = hub.workforce.pids.values();
    process.kill(pid ?? 0, 'SIGKILL');
    expect(await hub.until(() => hub.outgoing.losses.leases.length === 1, 5_000)).toBe(true);
    const welcomed = balancer.hellos.next();
    balancer.welcome();
    expect((await welcomed).leases).toEqual([balancer.lease(taskId)]);
    expect(await balancer.eventOf(Pattern.hubLost)).toMatchObject({ leases: [balancer.lease(taskId)] });
  });

  it('tells again of a worker that died, until the balancer has dealt with it', async () => {
    const { balancer, hub } = await startHub({ files });
    await balancer.window(1);
    const taskId = balancer.sendOne({ name: 'ignores' });
    await balancer.startOf(taskId);
    const [pid] = hub.workforce.pids.values();
    process.kill(pid ?? 0, 'SIGKILL');
    await balancer.eventOf(Pattern.hubLost);
    const toldAgain = balancer.events.next(({ pattern }) => pattern === Pattern.hubLost);
    balancer.event(Pattern.sessionUnknown, { reason: 'test' });
    expect((await balancer.hellos.next()).leases).toEqual([balancer.lease(taskId)]);
    expect(await toldAgain).toMatchObject({ data: { leases: [balancer.lease(taskId)] } });
    balancer.settle(taskId);
    expect(await hub.until(() => hub.outgoing.losses.leases.length === 0, 2_000)).toBe(true);
  });
});
