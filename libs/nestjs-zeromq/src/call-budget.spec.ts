import { describe, expect, it } from 'vitest';
import { CallBudget } from './call-budget.js';

function setup(callsPerSecond: number) {
  const clock = { now: 0, monotonicMs: () => clock.now, wallMs: () => 0 };
  const budget = new CallBudget(clock, callsPerSecond);
  const takeMany = (peer: string, count: number): number =>
    Array.from({ length: count }, () => budget.take(peer)).filter(Boolean).length;
  return { clock, budget, takeMany };
}

describe('CallBudget', () => {
  it('gives each connection ten seconds of calls at once, and then so many a second', () => {
    const { clock, takeMany } = setup(2);
    expect(takeMany('a', 30)).toBe(20);
    expect(takeMany('b', 30)).toBe(20);
    clock.now = 3_000;
    expect(takeMany('a', 30)).toBe(6);
  });

  it('saves up no more than that', () => {
    const { clock, takeMany } = setup(2);
    takeMany('a', 30);
    clock.now = 3_600_000;
    expect(takeMany('a', 30)).toBe(20);
  });

  it('remembers nothing of connections that are quiet', () => {
    const { clock, budget } = setup(2);
    for (let peer = 0; peer < 1_000; peer++) budget.take(`peer-${peer}`);
    clock.now = 10_000;
    budget.take('last');
    expect(budget.size).toBe(1);
  });
});
