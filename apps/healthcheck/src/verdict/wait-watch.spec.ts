import { describe, expect, it } from 'vitest';
import { nameStats } from '../../test/observations.js';
import { followWaits, growingWaits, type WaitTrends } from './wait-watch.js';

/** Whether the wait is warned of after each of these rounds. */
function warned(...waits: (number | undefined)[]): boolean[] {
  let trends: WaitTrends = new Map();
  return waits.map((oldestWaitMs) => {
    trends = followWaits(trends, [nameStats('T', oldestWaitMs === undefined ? {} : { oldestWaitMs })], 100);
    return growingWaits(trends).length > 0;
  });
}

describe('an oldest wait', () => {
  it('is warned of when it is long and has grown for three rounds', () => {
    expect(warned(90, 110, 120, 130)).toEqual([false, false, false, true]);
  });

  it('is not warned of while it is short, or long and steady', () => {
    expect(warned(10, 20, 30, 40, 50)).not.toContain(true);
    expect(warned(150, 150, 140, 150, 150)).not.toContain(true);
  });

  it('stays warned of through a round in which it eases, and not longer than three', () => {
    expect(warned(110, 120, 130, 140, 135, 136, 130, 125, 120).slice(3)).toEqual([
      true,
      true,
      true,
      true,
      true,
      false,
    ]);
  });

  it('is over at once when it is short again, or nothing waits', () => {
    expect(warned(110, 120, 130, 140, 90).at(-1)).toBe(false);
    expect(warned(110, 120, 130, 140, undefined).at(-1)).toBe(false);
  });
});
