import { describe, expect, it } from 'vitest';
import { Pace } from './pace.js';

function pace(prefetchMs = 20, aheadMax = 1_000): Pace {
  const made = new Pace(prefetchMs);
  made.aheadMax = aheadMax;
  return made;
}

describe('Pace', () => {
  it('keeps nothing ahead while nothing is known', () => {
    const under = pace();
    expect(under.ahead).toBe(0);
    under.onDispatch('A');
    expect(under.ahead).toBe(0);
  });

  it('keeps ahead what is worth the prefetch time, by the longest of the recent names', () => {
    const under = pace();
    for (const [name, runMs] of [
      ['A', 1],
      ['B', 4],
    ] as const) {
      under.onDispatch(name);
      under.onRun(name, runMs);
    }
    expect(under.ahead).toBe(5);
  });

  it('keeps nothing ahead as soon as a name comes that is long, or not known', () => {
    const under = pace();
    under.onDispatch('A');
    under.onRun('A', 1);
    expect(under.ahead).toBe(20);
    under.onDispatch('B');
    expect(under.ahead).toBe(0);
    under.onRun('B', 10_000);
    expect(under.ahead).toBe(0);
  });

  it('forgets a long name once enough others have come', () => {
    const under = pace();
    under.onRun('A', 1);
    under.onDispatch('LONG');
    under.onRun('LONG', 10_000);
    for (let count = 0; count < 64; count++) under.onDispatch('A');
    expect(under.ahead).toBe(20);
  });

  it('follows a name that gets longer or shorter', () => {
    const under = pace();
    under.onDispatch('A');
    under.onRun('A', 1);
    for (let run = 0; run < 50; run++) under.onRun('A', 10);
    expect(under.ahead).toBe(2);
    for (let run = 0; run < 100; run++) under.onRun('A', 0);
    expect(under.ahead).toBe(1_000);
  });

  it('keeps nothing ahead after a worker was lost, until its names are measured anew', () => {
    const under = pace();
    under.onDispatch('A');
    under.onRun('A', 1);
    under.onWorkerLost();
    expect(under.ahead).toBe(0);
    under.onDispatch('A');
    expect(under.ahead).toBe(0);
    under.onRun('A', 1);
    expect(under.ahead).toBe(20);
  });

  it('keeps nothing ahead when it is told not to', () => {
    const under = pace(0);
    under.onDispatch('A');
    under.onRun('A', 0);
    expect(under.ahead).toBe(0);
  });
});
