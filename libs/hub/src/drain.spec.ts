import { Pattern, type HubLost, type HubReturned } from '@penstock/protocol';
import { describe, expect, it } from 'vitest';
import { startHub } from '../test/hub-under-test.js';
import { cancellable } from '../test/task-files.js';

describe('a hub that stops', () => {
  it('gives back what has not begun, and what it must kill is lost without being charged', async () => {
    const { balancer, running } = await startHub({
      files: cancellable,
    });
    await balancer.window(1);
    const stubborn = balancer.sendOne({ name: 'ignores' });
    await balancer.startOf(stubborn);
    const waiting = balancer.sendOne({ name: 'ignores' });
    const stopped = running.stop();
    const { leases } = (await balancer.eventOf(Pattern.hubReturned)) as HubReturned;
    expect(leases).toEqual([balancer.lease(waiting)]);
    expect((await balancer.eventOf(Pattern.hubLost)) as HubLost).toEqual({
      leases: [balancer.lease(stubborn)],
      reason: 'the hub stopped before it had ended',
      charged: false,
    });
    await stopped;
    await balancer.eventOf(Pattern.hubGoodbye);
  });
});
