import { describe, expect, it } from 'vitest';
import { startHub } from '../test/hub-under-test.js';
import { echo } from '../test/task-files.js';

describe('a hub whose outcomes are not settled', () => {
  it('begins nothing new above its bound, drops nothing, and goes on when they are', async () => {
    const { balancer, hub, lines } = await startHub({ files: echo });
    await balancer.window(1);
    await balancer.outcomeOf(balancer.sendOne({ name: 'echo' }));
    balancer.settles = false;
    const bound = 4_096;
    const tasks = Array.from({ length: bound + 5_000 }, () => ({ name: 'echo' }));
    // A slow machine gives back what waits for long: it is to run until the bound is reached.
    balancer.redispatches = true;
    balancer.send(...tasks);
    await lines.find(({ message }) => message.includes('RESULTS WAIT FOR THE LOAD BALANCER'));
    await balancer.credits.next(({ window }) => window === 0);
    balancer.redispatches = false;
    const before = balancer.events.all.length;
    // What could not begin is given back in time.
    const returned = (): number =>
      balancer.events.all
        .slice(before)
        .filter(({ pattern }) => pattern === 'hub.returned')
        .reduce((sum, { data }) => sum + (data as { leases: unknown[] }).leases.length, 0);
    const ended = (): number => balancer.outcomes.all.length - 1 + returned();
    while (ended() < tasks.length) await Promise.race([balancer.outcomes.next(), balancer.events.next()]);
    expect(ended()).toBe(tasks.length);
    expect(returned()).toBeGreaterThan(0);
    expect(hub.unfinished).toBe(0);
    const resumed = balancer.credits.next(({ window }) => window > 0);
    balancer.settleAll();
    await resumed;
    expect((await balancer.outcomeOf(balancer.sendOne({ name: 'echo', payload: 1 }))).value).toBe(1);
  });
});
