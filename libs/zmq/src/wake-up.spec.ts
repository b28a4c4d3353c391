import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { WakeUp } from './wake-up.js';

describe('WakeUp', () => {
  beforeEach(() => vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'performance'] }));
  afterEach(() => vi.useRealTimers());

  function setup(next: number[] = []) {
    const wakes: number[] = [];
    const clock = { monotonicMs: () => performance.now(), wallMs: () => 0 };
    const start = clock.monotonicMs();
    const wakeUp = new WakeUp(clock, (now) => {
      wakes.push(now - start);
      return start + (next.shift() ?? Infinity);
    });
    return { wakes, noLaterThan: (at: number) => wakeUp.noLaterThan(start + at), stop: () => wakeUp.stop() };
  }

  it('holds one timer, armed for the earliest deadline', () => {
    const { wakes, noLaterThan } = setup();
    for (const at of [50, 20, 80]) noLaterThan(at);
    expect(vi.getTimerCount()).toBe(1);
    vi.advanceTimersByTime(100);
    expect(wakes).toEqual([20]);
    expect(vi.getTimerCount()).toBe(0);
  });

  it('goes on to the deadline that the waking gives', () => {
    const { wakes, noLaterThan } = setup([30, 45]);
    noLaterThan(10);
    vi.advanceTimersByTime(100);
    expect(wakes).toEqual([10, 30, 45]);
  });

  it('takes deadlines that are over, none, and further away than a timer reaches', () => {
    const { wakes, noLaterThan } = setup();
    noLaterThan(Infinity);
    expect(vi.getTimerCount()).toBe(0);
    noLaterThan(2 ** 40);
    vi.advanceTimersByTime(1_000);
    expect(wakes).toEqual([]);
    noLaterThan(-5);
    vi.advanceTimersByTime(0);
    expect(wakes).toEqual([1_000]);
  });

  it('sleeps after stop, and can be armed again', () => {
    const { wakes, noLaterThan, stop } = setup();
    noLaterThan(10);
    stop();
    expect(vi.getTimerCount()).toBe(0);
    noLaterThan(20);
    vi.advanceTimersByTime(100);
    expect(wakes).toEqual([20]);
  });
});
