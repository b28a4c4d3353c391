import { describe, expect, it } from 'vitest';
import type { Hub } from '../../api/client.js';
import { busyWorkers, workerRows } from './worker-rows.js';

type Group = Hub['groups'][number];

function group(workers: Group['workers'], over: Partial<Group> = {}): Group {
  return {
    kind: 'process',
    minPriority: null,
    maxPriority: null,
    niceness: 0,
    tasks: ['HELLO'],
    slots: workers.length,
    window: workers.length,
    held: 0,
    workers,
    ...over,
  };
}

function hub(name: string, groups: Group[], over: Partial<Hub> = {}): Hub {
  return {
    name,
    incarnation: `${name}-1`,
    session: { epoch: 1, number: 1 },
    host: 'machine',
    pid: 1,
    connectedAt: 0,
    silentMs: 0,
    disconnected: false,
    cpu: 0,
    groups,
    ...over,
  };
}

describe('the table of workers', () => {
  it('has what each does, where, and for which priorities', () => {
    const busy = { name: 'A/0', pid: 2, cpu: 97.5, task: { name: 'HELLO', taskId: 'id', progress: 40 } };
    const rows = workerRows([
      hub('A', [group([busy], { minPriority: 1, maxPriority: 5 })], {
        probe: { host: '127.0.0.1', port: 8301 },
        httpPort: 8302,
      }),
    ]);
    expect(rows).toEqual([
      {
        key: 'A-1 A/0',
        name: 'A/0',
        hub: 'A',
        host: 'machine',
        isAway: false,
        task: 'HELLO',
        taskId: 'id',
        progress: 40,
        cpu: 97.5,
        probePort: 8301,
        httpPort: 8302,
        minPriority: 1,
        maxPriority: 5,
        isInline: false,
      },
    ]);
  });

  it('keeps its order whatever order hubs and workers come in', () => {
    const worker = (name: string) => ({ name, pid: 1 });
    const rows = workerRows([
      hub('B', [group([worker('B/0')])]),
      hub('A', [group([worker('A/1')]), group([worker('A/0')], { kind: 'inline' })], { disconnected: true }),
    ]);
    expect(rows.map(({ name, isInline, isAway }) => [name, isInline, isAway])).toEqual([
      ['A/0', true, true],
      ['A/1', false, true],
      ['B/0', false, false],
    ]);
  });

  it('counts those that work, not what waits for them', () => {
    const hubs = [hub('A', [group([], { slots: 4, held: 2 }), group([], { slots: 2, held: 9 })])];
    expect(busyWorkers(hubs)).toEqual({ busy: 4, all: 6 });
    expect(busyWorkers([])).toEqual({ busy: 0, all: 0 });
  });
});
