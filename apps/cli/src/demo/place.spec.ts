import { describe, expect, it } from 'vitest';
import { findPlace } from './place.js';

interface Band {
  readonly min?: number;
  readonly max?: number;
  readonly tasks?: readonly string[];
  readonly workers?: number;
}

function hub(...bands: readonly Band[]) {
  return {
    pid: 1,
    groups: bands.map(({ min, max, tasks = ['wordcount'], workers = 1 }) => ({
      tasks,
      minPriority: min ?? null,
      maxPriority: max ?? null,
      slots: workers,
      window: workers,
      workers: Array.from({ length: workers }, (_, index) => ({ name: `w${index}` })),
    })),
  };
}

describe('findPlace', () => {
  it('counts the workers of all hubs that take priority 0', () => {
    const hubs = [hub({ workers: 2 }, { min: 1 }), hub({ min: -5, max: 0, workers: 3 })];
    expect(findPlace('wordcount', hubs)).toEqual({ priority: 0, workers: 5 });
  });

  it('goes to where a worker is when none takes priority 0', () => {
    expect(findPlace('wordcount', [hub({ min: 10, max: 20 })])).toEqual({ priority: 10, workers: 1 });
    expect(findPlace('wordcount', [hub({ max: -3 })])).toEqual({ priority: -3, workers: 1 });
  });

  it('finds none where nobody knows the task', () => {
    expect(findPlace('wordcount', [])).toBeUndefined();
    expect(findPlace('wordcount', [hub({ tasks: ['HELLO'] })])).toBeUndefined();
  });
});
