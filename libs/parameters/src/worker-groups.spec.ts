import { describe, expect, it } from 'vitest';
import { workerGroupList } from './kinds/worker-groups.js';
import { workerGroups } from './worker-groups.js';

function groups(written: unknown, processors = 8) {
  return workerGroups({ WKHUB_WORKERS: workerGroupList().schema.parse(written) }, processors);
}

describe('workerGroups', () => {
  it('makes one group with a worker for each processor when none is asked for', () => {
    expect(groups([])).toEqual([
      {
        name: 'group-1',
        kind: 'process',
        slots: 8,
        minPriority: null,
        maxPriority: null,
        niceness: 0,
        tasks: null,
      },
    ]);
  });

  it('has a worker even where the number of processors is unknown', () => {
    expect(groups([], 0)[0]?.slots).toBe(1);
  });

  it('keeps the groups that are asked for, in their order', () => {
    expect(
      groups([
        { nWorkers: 4, minP: 0, maxP: 9, processP: 10 },
        { nWorkers: 2, name: 'fast', tasks: ['a'] },
      ]),
    ).toEqual([
      {
        name: 'group-1',
        kind: 'process',
        slots: 4,
        minPriority: 0,
        maxPriority: 9,
        niceness: 10,
        tasks: null,
      },
      {
        name: 'fast',
        kind: 'process',
        slots: 2,
        minPriority: null,
        maxPriority: null,
        niceness: 0,
        tasks: ['a'],
      },
    ]);
  });

  it('gives an inline group its concurrency as slots', () => {
    expect(groups([{ inline: true, concurrency: 16, maxP: -1 }])).toEqual([
      {
        name: 'group-1',
        kind: 'inline',
        slots: 16,
        minPriority: null,
        maxPriority: -1,
        niceness: 0,
        tasks: null,
      },
    ]);
  });

  it('takes a niceness of 20 for 19, the highest there is', () => {
    expect(groups([{ nWorkers: 1, processP: 20 }])[0]?.niceness).toBe(19);
  });
});
