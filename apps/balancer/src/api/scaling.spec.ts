import type { HubView, NameStats, StatsView } from '@penstock/protocol';
import { describe, expect, it } from 'vitest';
import { scalingSignal } from './scaling.js';

const TARGET_MS = 30_000;

function stats(...tasks: (Partial<NameStats> & { meanMs?: number })[]): StatsView {
  const full = tasks.map(({ meanMs, queued = 0, running = 0, ...rest }, index) => ({
    name: `task-${index}`,
    queued,
    running,
    done: 0,
    failed: 0,
    cancelled: 0,
    expired: 0,
    totalRunMs: 0,
    ...(meanMs === undefined ? {} : { run: durations(meanMs) }),
    ...rest,
  }));
  const sum = (key: 'queued' | 'running') => full.reduce((total, name) => total + name[key], 0);
  return { queued: sum('queued'), running: sum('running'), tasks: full } as unknown as StatsView;
}

const durations = (meanMs: number) => ({ minMs: 0, meanMs, maxMs: 0, p50Ms: 0, p90Ms: 0, p99Ms: 0 });

/** Hubs with so many slots each, in two groups. */
function hubs(...slots: number[]): HubView[] {
  return slots.map((count) => ({ groups: [{ slots: count - 1 }, { slots: 1 }] }) as unknown as HubView);
}

describe('the signal for an autoscaler', () => {
  it('asks for nothing when there is nothing to do', () => {
    const nothing = { backlog: 0, oldestAge: 0, desiredReplicas: 0 };
    expect(scalingSignal(stats(), [], TARGET_MS)).toEqual(nothing);
    expect(scalingSignal(stats({ meanMs: 5 }), hubs(2, 2), TARGET_MS)).toEqual(nothing);
  });

  it('tells how much waits, and for how long', () => {
    const signal = scalingSignal(
      stats({ queued: 3, oldestWaitMs: 1_500, meanMs: 1 }, { queued: 4, oldestWaitMs: 12_000, meanMs: 1 }),
      hubs(2),
      TARGET_MS,
    );
    expect(signal).toMatchObject({ backlog: 7, oldestAge: 12 });
  });

  it('asks for as many hubs as work the backlog off within the target', () => {
    // 600 tasks of 1 s are 20 slots for 30 s: 5 hubs of 4.
    const work = stats({ queued: 600, meanMs: 1_000 });
    expect(scalingSignal(work, hubs(4), TARGET_MS).desiredReplicas).toBe(5);
    expect(scalingSignal(work, hubs(4, 4, 4), TARGET_MS).desiredReplicas).toBe(5);
    expect(scalingSignal(work, hubs(4), 10_000).desiredReplicas).toBe(15);
    expect(scalingSignal(work, hubs(2, 6), TARGET_MS).desiredReplicas).toBe(5);
  });

  it('keeps a slot for each long task that runs, and no more', () => {
    expect(
      scalingSignal(stats({ running: 8, meanMs: 600_000 }), hubs(4, 4, 4), TARGET_MS).desiredReplicas,
    ).toBe(2);
  });

  it('counts a worker for each task of a name that was not measured yet', () => {
    expect(scalingSignal(stats({ queued: 9 }), hubs(4), TARGET_MS).desiredReplicas).toBe(3);
  });

  it('asks for one hub when there is work and none is there', () => {
    expect(scalingSignal(stats({ queued: 1_000, meanMs: 1_000 }), [], TARGET_MS).desiredReplicas).toBe(1);
    expect(scalingSignal(stats({ running: 1 }), [], TARGET_MS).desiredReplicas).toBe(1);
  });

  it('does not ask for more of the hubs that do not take a task', () => {
    const signal = scalingSignal(stats({ queued: 500, noWorker: ['nobody knows it'] }), hubs(4), TARGET_MS);
    expect(signal).toMatchObject({ backlog: 500, desiredReplicas: 0 });
  });
});
