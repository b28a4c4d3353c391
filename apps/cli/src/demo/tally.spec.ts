import { describe, expect, it } from 'vitest';
import { Tally } from './tally.js';

describe('a tally', () => {
  it('adds up what was counted, and by whom', () => {
    const tally = new Tally();
    tally.add({ bytes: 10, words: 2, lines: 1 }, 'hub/w2');
    tally.add({ bytes: 20, words: 3, lines: 4 }, 'hub/w1');
    tally.add({ bytes: 1, words: 0, lines: 0 }, 'hub/w2');
    expect(tally.totals(1_500)).toEqual({
      files: 3,
      failed: 0,
      bytes: 31,
      words: 5,
      lines: 5,
      seconds: 1.5,
      tasksPerSecond: 2,
      workers: { 'hub/w1': 1, 'hub/w2': 2 },
    });
  });

  it('keeps what failed apart', () => {
    const tally = new Tally();
    tally.fail('/a/README', 'no such file');
    expect(tally.totals(1_000)).toMatchObject({ files: 0, failed: 1, words: 0, workers: {} });
    expect(tally.failures).toEqual(['/a/README: no such file']);
  });
});
