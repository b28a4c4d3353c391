import { describe, expect, it } from 'vitest';
import { RateBudget } from './rate-budget.js';

function setup(perSecond: number) {
  const clock = { now: 0, monotonicMs: () => clock.now, wallMs: () => 0 };
  const budget = new RateBudget(clock, perSecond);
  const takeMany = (who: string, count: number): number =>
    Array.from({ length: count }, () => budget.take(who)).filter((waitMs) => waitMs === 0).length;
  return { clock, budget, takeMany };
}

describe('RateBudget', () => {
  it('gives each ten seconds of it at once, and then so many a second', () => {
    const { clock, takeMany } = setup(2);
    expect(takeMany('a', 30)).toBe(20);
    expect(takeMany('b', 30)).toBe(20);
    clock.now = 3_000;
    expect(takeMany('a', 30)).toBe(6);
  });

  it('says when there will be another one, and there is', () => {
    const { clock, budget, takeMany } = setup(2);
    takeMany('a', 20);
    expect(budget.take('a')).toBe(500);
    clock.now = 250;
    expect(budget.take('a')).toBe(250);
    clock.now = 500;
    expect(budget.take('a')).toBe(0);
  });

  it('saves up no more than that', () => {
    const { clock, takeMany } = setup(2);
    takeMany('a', 30);
    clock.now = 3_600_000;
    expect(takeMany('a', 30)).toBe(20);
  });

  it('remembers nothing of those who are quiet', () => {
    const { clock, budget } = setup(2);
    for (let who = 0; who < 1_000; who++) budget.take(`who-${who}`);
    clock.now = 10_000;
    budget.take('last');
    expect(budget.size).toBe(1);
  });
});
