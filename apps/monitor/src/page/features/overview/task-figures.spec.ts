import { describe, expect, it } from 'vitest';
import type { NameStats } from '../../api/client.js';
import { taskFigures } from './task-figures.js';

function figures(name: string, over: Partial<NameStats> = {}): NameStats {
  return {
    name,
    queued: 0,
    running: 0,
    done: 0,
    failed: 0,
    cancelled: 0,
    expired: 0,
    totalRunMs: 0,
    ...over,
  };
}

function durations(minMs: number, meanMs: number, maxMs: number): NonNullable<NameStats['run']> {
  return { minMs, meanMs, maxMs, p50Ms: meanMs, p90Ms: maxMs, p99Ms: maxMs };
}

describe('the figures by name', () => {
  it('begin with what computes most, and tell shares', () => {
    const rows = taskFigures([
      figures('short', { done: 3, totalRunMs: 100 }),
      figures('long', { done: 1, failed: 1, cancelled: 2, expired: 1, totalRunMs: 300 }),
    ]);
    expect(
      rows.map(({ name, color, ended, endedShare, runShare }) => [name, color, ended, endedShare, runShare]),
    ).toEqual([
      ['long', 0, 5, 5 / 8, 0.75],
      ['short', 1, 3, 3 / 8, 0.25],
    ]);
  });

  it('put all durations of a kind on one scale', () => {
    const [slow, fast] = taskFigures([
      figures('slow', { totalRunMs: 2, run: durations(100, 500, 10_000) }),
      figures('fast', { totalRunMs: 1, run: durations(1, 2, 100) }),
    ]);
    expect(fast?.run?.from).toBe(0);
    expect(slow?.run?.to).toBe(1);
    expect(fast?.run?.to).toBe(slow?.run?.from);
    expect(slow?.wait).toBeUndefined();
  });

  it('are sober when nothing has happened', () => {
    const [row] = taskFigures([figures('A', { queued: 2 })]);
    expect(row).toMatchObject({ queued: 2, endedShare: 0, runShare: 0, wait: undefined, run: undefined });
    expect(taskFigures([])).toEqual([]);
  });

  it('have one point on the scale when all durations are the same', () => {
    const [row] = taskFigures([figures('A', { run: durations(5, 5, 5) })]);
    expect(row?.run).toMatchObject({ from: 0.5, mean: 0.5, to: 0.5 });
  });
});
