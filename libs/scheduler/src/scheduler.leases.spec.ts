import { describe, expect, it } from 'vitest';
import { EPOCH, given } from '../test/scenario.js';

/** Task `a` runs on hub A under its second attempt; hub B is there as well. */
function secondAttempt() {
  const scenario = given();
  const hubA = scenario.hub('A');
  const hubB = scenario.hub('B', { window: 0 });
  scenario.submit('a');
  scenario.dispatch();
  scenario.release('a', 'worker-lost');
  scenario.dispatch();
  return { scenario, hubA, hubB };
}

describe('a lease', () => {
  it('is proved by hub, epoch and attempt together', () => {
    const { scenario, hubA, hubB } = secondAttempt();
    expect(scenario.isLeased(hubA, 'a')).toBe(true);
    expect(scenario.scheduler.refusedLeases).toBe(0);
    expect(scenario.isLeased(hubB, 'a')).toBe(false);
    expect(scenario.isLeased(hubA, 'a', { epoch: EPOCH - 1 })).toBe(false);
    expect(scenario.isLeased(hubA, 'a', { attempt: 1 })).toBe(false);
    expect(scenario.isLeased(hubA, 'a', { attempt: 3 })).toBe(false);
    expect(scenario.scheduler.refusedLeases).toBe(4);
  });

  it('is found whatever its slot hint says', () => {
    const { scenario, hubA } = secondAttempt();
    scenario.submit('b');
    expect(scenario.isLeased(hubA, 'a', { slot: scenario.task('b').slot })).toBe(true);
    expect(scenario.isLeased(hubA, 'a', { slot: 0xffff_ffff })).toBe(true);
  });

  it('is over while its task waits, and once its task has ended or is forgotten', () => {
    const scenario = given({ finishedTtlMs: 1 });
    const hub = scenario.hub('A');
    scenario.submit('a');
    expect(scenario.isLeased(hub, 'a', { attempt: 0 })).toBe(false);
    scenario.dispatch();
    scenario.release('a', 'worker-lost');
    expect(scenario.isLeased(hub, 'a')).toBe(false);
    scenario.dispatch();
    scenario.end('a');
    expect(scenario.isLeased(hub, 'a')).toBe(false);
    expect(scenario.advance(1_000)).toEqual(['forget a']);
    expect(scenario.isLeased(hub, 'a')).toBe(false);
    expect(scenario.scheduler.refusedLeases).toBe(4);
  });

  it('of a hub that is lost is over, even for the same hub when it is back as another', () => {
    const scenario = given();
    const hub = scenario.hub('A');
    scenario.submit('a');
    scenario.dispatch();
    scenario.lose(hub);
    const again = scenario.hub('A');
    scenario.dispatch();
    expect(scenario.isLeased(hub, 'a', { attempt: 1 })).toBe(false);
    expect(scenario.isLeased(hub, 'a', { attempt: 2 })).toBe(false);
    expect(scenario.isLeased(again, 'a', { attempt: 1 })).toBe(false);
    expect(scenario.isLeased(again, 'a', { attempt: 2 })).toBe(true);
  });
});

describe('an attempt', () => {
  it('is charged when a worker or a hub is lost', () => {
    const scenario = given();
    const hub = scenario.hub('A');
    const task = scenario.submit('a');
    scenario.dispatch();
    expect(scenario.release('a', 'worker-lost')).toEqual(['a waits again: worker-lost']);
    scenario.dispatch();
    expect(task.attempt).toBe(2);
    expect(scenario.lose(hub)).toEqual(['a waits again: hub-lost']);
    scenario.hub('B');
    scenario.dispatch();
    expect(task.attempt).toBe(3);
  });

  it('is not charged when its hub gave it back before it began', () => {
    const scenario = given();
    scenario.hub('A');
    const task = scenario.submit('a');
    scenario.dispatch();
    expect(scenario.release('a', 'returned')).toEqual(['a waits again: returned']);
    scenario.dispatch();
    expect(task.attempt).toBe(1);
  });

  it('has a number of its own when it was lost on the way: nobody can say where it is', () => {
    const scenario = given();
    const hub = scenario.hub('A');
    const task = scenario.submit('a');
    scenario.dispatch();
    expect(scenario.rejoin(hub, [], {})).toEqual(['a waits again: undelivered']);
    scenario.dispatch();
    expect(task.attempt).toBe(2);
  });
});

describe('a hub that is back', () => {
  it('keeps what it lists; the rest is queued again', () => {
    const scenario = given();
    const hub = scenario.hub('A', { window: 2 }, { names: ['U'], window: 2 });
    scenario.submitAll(['t1', 't2']);
    scenario.submitAll(['u1', 'u2'], { name: 'U' });
    scenario.dispatch();
    const groups = [{ window: 2 }, { names: ['U'], window: 2 }];
    expect(scenario.rejoin(hub, ['t2', 'u1'], ...groups)).toEqual([
      't1 waits again: undelivered',
      'u2 waits again: undelivered',
    ]);
    expect(scenario.end('t2')).toEqual(['t2 is done']);
    expect(scenario.dispatch().sort()).toEqual(['dispatch t1 to A.0', 'dispatch u2 to A.1']);
  });
});

describe('a hub that is lost', () => {
  it('has its tasks queued again in their old order, before all younger ones', () => {
    const scenario = given();
    const hub = scenario.hub('A', { window: 2 }, { window: 2 });
    scenario.submitAll(['t0', 't1', 't2', 't3', 't4']);
    scenario.dispatch();
    scenario.submit('t5');
    expect(scenario.lose(hub)).toHaveLength(4);
    scenario.hub('B', { window: 6 });
    expect(scenario.dispatch()).toEqual(
      ['t0', 't1', 't2', 't3', 't4', 't5'].map((t) => `dispatch ${t} to B`),
    );
  });

  it('gets nothing more', () => {
    const scenario = given();
    scenario.lose(scenario.hub('A', { window: 9 }));
    scenario.submit('a');
    expect(scenario.dispatch()).toEqual([]);
  });
});
