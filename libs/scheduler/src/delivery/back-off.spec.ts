import { describe, expect, it } from 'vitest';
import { backOffMs } from './back-off.js';
import { Chance } from './chance.js';
import type { BackOff } from './rules.js';

/** The first waits of a back-off. */
function waits(kind: BackOff['kind'], count: number, seed = 1): number[] {
  const chance = new Chance(seed);
  const rules = { backoff: { kind, delayMs: 100, maxDelayMs: 1_000 } };
  return Array.from({ length: count }, (_, index) => backOffMs(rules, index + 1, chance));
}

describe('the back-off', () => {
  it('is none unless told', () => {
    expect(backOffMs({}, 5, new Chance(1))).toBe(0);
  });

  it('is always the same, or doubles up to its most', () => {
    expect(waits('fixed', 3)).toEqual([100, 100, 100]);
    expect(waits('exponential', 6)).toEqual([100, 200, 400, 800, 1_000, 1_000]);
    expect(waits('exponential', 5_000).at(-1)).toBe(1_000);
  });

  it('is anything below what doubling gives by chance, which its seed decides', () => {
    const most = waits('exponential', 2_000);
    const jittered = waits('jitter', 2_000);
    expect(jittered.every((wait, index) => wait >= 0 && wait < (most[index] ?? 0))).toBe(true);
    expect(waits('jitter', 2_000)).toEqual(jittered);
    expect(waits('jitter', 2_000, 2)).not.toEqual(jittered);
  });
});

describe('chance', () => {
  it('is spread evenly', () => {
    const chance = new Chance(7);
    const tenths = Array.from({ length: 10 }, () => 0);
    for (let draw = 0; draw < 10_000; draw++) {
      const tenth = Math.floor(chance.next() * 10);
      tenths[tenth] = (tenths[tenth] ?? 0) + 1;
    }
    expect(tenths).toHaveLength(10);
    for (const count of tenths) expect(Math.abs(count - 1_000)).toBeLessThan(150);
  });
});
