import { checkInvariants } from '@penstock/scheduler';
import { describe, expect, it } from 'vitest';
import { Load } from './load.js';

const small = { queued: 1_000, users: 300, groups: 10, bands: 5, bandWidth: 3, names: 2, lanesPerUser: 4 };

describe('a load', () => {
  it('stays the same however long it is measured, with all of its users known', () => {
    const load = new Load(small);
    const picture = () => ({
      queued: load.scheduler.queued,
      running: load.scheduler.running,
      lanes: [...load.scheduler.lanes].filter(({ isEmpty }) => !isEmpty).length,
      users: [...load.scheduler.users].length,
    });
    load.measure();
    const before = picture();
    expect(before).toEqual({ queued: 1_000, running: 40, lanes: load.lanes, users: 300 });
    load.measure();
    expect(picture()).toEqual(before);
    checkInvariants(load.scheduler);
  });

  it('spreads the tasks of a user over as many lanes as it is told', () => {
    for (const lanesPerUser of [1, 4]) {
      const load = new Load({ ...small, users: 28, lanesPerUser });
      for (const { queues } of load.scheduler.users) expect(queues).toHaveLength(lanesPerUser);
    }
  });

  it('costs more in all than in dispatch alone', () => {
    const { dispatchNs, cycleNs, meanNs } = new Load(small).measure();
    expect(dispatchNs).toBeGreaterThan(0);
    expect(cycleNs).toBeGreaterThan(dispatchNs);
    expect(meanNs).toBeGreaterThan(0);
  });
});
