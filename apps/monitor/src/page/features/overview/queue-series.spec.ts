import { describe, expect, it } from 'vitest';
import type { Moment } from '../../live/live-state.js';
import { endedPerSecond, oldestWaits, queueLengths } from './queue-series.js';

function moment(second: number, names: Readonly<Record<string, number>>, over: Partial<Moment> = {}): Moment {
  const entries = Object.entries(names);
  return {
    at: second * 1_000,
    queued: entries.reduce((sum, [, queued]) => sum + queued, 0),
    running: 0,
    ended: 0,
    names: entries.map(([name, queued]) => ({ name, queued, oldestWaitMs: queued * 500 })),
    ...over,
  };
}

describe('the charts of the queue', () => {
  it('have a line in all, and one of each name that waited', () => {
    const { seconds, series } = queueLengths([
      moment(1, { B: 2, A: 0 }),
      moment(2, { B: 1, A: 3 }),
      moment(3, { A: 1, idle: 0 }),
    ]);
    expect(seconds).toEqual([1, 2, 3]);
    expect(series).toEqual([
      { label: 'Total', color: undefined, values: [2, 4, 1] },
      { label: 'A', color: 0, values: [0, 3, 1] },
      { label: 'B', color: 1, values: [2, 1, null] },
    ]);
  });

  it('show the oldest wait in seconds', () => {
    const { series } = oldestWaits([moment(1, { A: 3, B: 1 })]);
    expect(series).toEqual([
      { label: 'Max', color: undefined, values: [1.5] },
      { label: 'A', color: 0, values: [1.5] },
      { label: 'B', color: 1, values: [0.5] },
    ]);
  });

  it('show names beyond the eighth together: the sum of their queues, the longest of their waits', () => {
    const names = Object.fromEntries(Array.from({ length: 10 }, (_, index) => [`T${index}`, 10 - index]));
    const lengths = queueLengths([moment(1, names)]).series;
    expect(lengths).toHaveLength(10);
    expect(lengths.at(-1)).toEqual({ label: '2 others', color: 10, values: [3] });
    expect(oldestWaits([moment(1, names)]).series.at(-1)).toEqual({
      label: '2 others',
      color: 10,
      values: [1],
    });
  });

  it('are empty before anything is known', () => {
    expect(queueLengths([])).toEqual({
      seconds: [],
      series: [{ label: 'Total', color: undefined, values: [] }],
    });
  });
});

describe('the rate', () => {
  it('is that of the last five seconds', () => {
    const history = Array.from({ length: 20 }, (_, second) =>
      moment(second, {}, { ended: second < 15 ? 0 : (second - 14) * 10 }),
    );
    expect(endedPerSecond(history)).toBe(10);
  });

  it('is nothing before two moments are known, and after the balancer began anew', () => {
    expect(endedPerSecond([])).toBe(0);
    expect(endedPerSecond([moment(1, {})])).toBe(0);
    expect(endedPerSecond([moment(1, {}, { ended: 50 }), moment(2, {}, { ended: 1 })])).toBe(0);
  });
});
