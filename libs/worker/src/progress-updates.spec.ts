import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { Attempt } from './attempt.js';
import { ProgressUpdates } from './progress-updates.js';

const attempt = {} as Attempt;

describe('ProgressUpdates', () => {
  beforeEach(() => void vi.useFakeTimers());
  afterEach(() => void vi.useRealTimers());

  function setup() {
    const told: number[] = [];
    const clock = { monotonicMs: () => Date.now(), wallMs: () => Date.now() };
    return { told, updates: new ProgressUpdates(clock, (_, percent) => told.push(percent)) };
  }

  it('tells the first at once, and of the following the latest of each interval', () => {
    const { told, updates } = setup();
    for (let percent = 0; percent <= 10; percent++) updates.set(attempt, percent);
    expect(told).toEqual([0]);
    vi.advanceTimersByTime(100);
    expect(told).toEqual([0, 10]);
    vi.advanceTimersByTime(1_000);
    updates.set(attempt, 11);
    expect(told).toEqual([0, 10, 11]);
  });

  it('does not tell the same twice', () => {
    const { told, updates } = setup();
    updates.set(attempt, 5);
    vi.advanceTimersByTime(200);
    updates.set(attempt, 5);
    expect(told).toEqual([5]);
  });

  it('tells nothing more of an attempt that has ended', () => {
    const { told, updates } = setup();
    updates.set(attempt, 5);
    updates.set(attempt, 6);
    updates.delete(attempt);
    vi.advanceTimersByTime(1_000);
    expect(told).toEqual([5]);
  });

  it('tells of a handler that blocks the event loop, as it calls', () => {
    const { told, updates } = setup();
    for (let step = 0; step < 5; step++) {
      updates.set(attempt, step);
      vi.setSystemTime(Date.now() + 100);
    }
    expect(told).toEqual([0, 1, 2, 3, 4]);
  });
});
