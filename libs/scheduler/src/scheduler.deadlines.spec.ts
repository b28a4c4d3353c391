import { describe, expect, it } from 'vitest';
import { given } from '../test/scenario.js';

describe('a task that waits for too long', () => {
  it('ends as expired, after 48 hours', () => {
    const scenario = given();
    scenario.submit('a');
    expect(scenario.advance(48 * 3_600_000 - 1)).toEqual([]);
    expect(scenario.advance(1_000)).toEqual(['a is expired: queue-ttl']);
    scenario.hub('A');
    expect(scenario.dispatch()).toEqual([]);
  });

  it('is looked for among those that came back as well, oldest first', () => {
    const scenario = given({ queuedTtlMs: 10_000 });
    scenario.hub('A', { window: 2 });
    scenario.submitAll(['a', 'b', 'c']);
    scenario.dispatch();
    scenario.release('b', 'worker-lost');
    scenario.now += 1;
    scenario.submit('d');
    expect(scenario.advance(9_999)).toEqual(['b is expired: queue-ttl', 'c is expired: queue-ttl']);
    expect(scenario.release('a', 'worker-lost')).toEqual(['a is expired: queue-ttl']);
    expect(scenario.advance(1_000)).toEqual(['d is expired: queue-ttl']);
  });

  it.each(['returned', 'undelivered', 'worker-lost', 'hub-lost'] as const)(
    'expires when its lease comes to nothing (%s), before anybody gets it again',
    (loss) => {
      const scenario = given({ queuedTtlMs: 10_000 });
      scenario.hub('A');
      scenario.submit('a');
      scenario.dispatch();
      scenario.now += 10_000;
      expect(scenario.release('a', loss)).toEqual(['a is expired: queue-ttl']);
      expect(scenario.dispatch()).toEqual([]);
    },
  );

  it('is looked for among those that never ran even if younger ones came back', () => {
    const scenario = given({ queuedTtlMs: 10_000 });
    scenario.hub('A');
    scenario.submit('old');
    scenario.now += 1;
    scenario.submit('young', { priority: 1 });
    scenario.dispatch();
    scenario.release('young', 'worker-lost');
    expect(scenario.advance(9_999)).toEqual(['old is expired: queue-ttl']);
  });

  it('is looked for under every name', () => {
    const scenario = given({ queuedTtlMs: 10_000 });
    scenario.submit('t', { name: 'T' });
    scenario.submit('u', { name: 'U' });
    expect(scenario.advance(10_000)).toEqual(['t is expired: queue-ttl', 'u is expired: queue-ttl']);
  });

  it('may run for as long as it takes', () => {
    const scenario = given({ queuedTtlMs: 10_000 });
    scenario.hub('A');
    scenario.submit('a');
    scenario.dispatch();
    expect(scenario.advance(100_000)).toEqual([]);
  });
});

describe('the next deadline', () => {
  it('is there from the first task on, within a second', () => {
    const scenario = given();
    expect(scenario.scheduler.nextDeadline()).toBeUndefined();
    scenario.submit('a');
    expect(scenario.scheduler.nextDeadline()).toBe(scenario.now + 1_000);
    scenario.now += 500;
    scenario.submit('b');
    expect(scenario.scheduler.nextDeadline()).toBe(scenario.now + 500);
  });

  it('moves on with each tick that was due', () => {
    const scenario = given();
    scenario.submit('a');
    const first = scenario.now + 1_000;
    scenario.advance(999);
    expect(scenario.scheduler.nextDeadline()).toBe(first);
    scenario.advance(1);
    expect(scenario.scheduler.nextDeadline()).toBe(first + 1_000);
    scenario.advance(5_000);
    expect(scenario.scheduler.nextDeadline()).toBe(first + 6_000);
  });

  it('is gone when nothing is known any more', () => {
    const scenario = given({ cancelledTtlMs: 1 });
    scenario.submit('a');
    scenario.cancel('a');
    expect(scenario.advance(1_000)).toEqual(['forget a']);
    expect(scenario.scheduler.nextDeadline()).toBeUndefined();
    scenario.submit('b');
    expect(scenario.scheduler.nextDeadline()).toBe(scenario.now + 1_000);
  });

  it('is now when there was more to do than one tick may take', () => {
    const scenario = given({ queuedTtlMs: 1_000, queuedPerUser: 0, deadTtlMs: 2_000, deadMax: 30_000 });
    const labels = Array.from({ length: 20_001 }, (_, index) => `t${index}`);
    scenario.submitAll(labels);
    expect(scenario.advance(1_000)).toHaveLength(20_000);
    expect(scenario.scheduler.nextDeadline()).toBe(scenario.now);
    expect(scenario.advance(0)).toEqual(['t20000 is expired: queue-ttl']);
    expect(scenario.scheduler.nextDeadline()).toBe(scenario.now + 1_000);
    expect(scenario.advance(2_000)).toHaveLength(20_000);
    expect(scenario.scheduler.nextDeadline()).toBe(scenario.now);
    expect(scenario.advance(0)).toEqual(['forget t20000']);
  });
});
