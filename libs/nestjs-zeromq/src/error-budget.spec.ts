import { describe, expect, it } from 'vitest';
import { ErrorBudget } from './error-budget.js';

function setup(errorsPerPeer: number, peersMax: number) {
  const clock = { now: 0, monotonicMs: () => clock.now, wallMs: () => 0 };
  return { clock, budget: new ErrorBudget(clock, errorsPerPeer, peersMax) };
}

describe('ErrorBudget', () => {
  it('gives each peer so many errors a second', () => {
    const { clock, budget } = setup(2, 10);
    expect([budget.take('a'), budget.take('a'), budget.take('a'), budget.take('b')]).toEqual([
      true,
      true,
      false,
      true,
    ]);
    clock.now = 999;
    expect(budget.take('a')).toBe(false);
    clock.now = 1_000;
    expect(budget.take('a')).toBe(true);
  });

  it('remembers so many peers a second, and gives the others none', () => {
    const { clock, budget } = setup(2, 2);
    expect([budget.take('a'), budget.take('b'), budget.take('c'), budget.take('a')]).toEqual([
      true,
      true,
      false,
      true,
    ]);
    clock.now = 1_000;
    expect(budget.take('c')).toBe(true);
  });
});
