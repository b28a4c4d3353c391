import type { HubView, StatsView } from '@penstock/protocol';
import { describe, expect, it } from 'vitest';
import { renderTop } from './top.js';

const zero = { running: 0, done: 0, failed: 0, cancelled: 0, expired: 0, totalRunMs: 0 };

function stats(names: number): StatsView {
  return {
    uptimeMs: 90_000,
    clients: 3,
    hubs: 1,
    queued: 1_234_567,
    running: 2,
    kept: 0,
    payloadBytes: 5_000_000,
    resultBytes: 0,
    refusedLeases: 0,
    tasks: Array.from({ length: names }, (_, index) => ({
      ...zero,
      name: index === 0 ? 'a-name-that-is-longer-than-anybody-wants-to-read' : `task-${index}`,
      queued: index,
      oldestWaitMs: 3_600_000,
    })),
  };
}

function hub(workers: number): HubView {
  return {
    name: 'a-hub-with-a-long-name',
    incarnation: 'i',
    session: { epoch: 1, number: 1 },
    host: 'host',
    pid: 1,
    connectedAt: 0,
    silentMs: 0,
    disconnected: false,
    cpu: 0,
    groups: [
      {
        kind: 'process',
        minPriority: null,
        maxPriority: null,
        niceness: 0,
        tasks: [],
        slots: workers,
        window: workers,
        held: 0,
        workers: Array.from({ length: workers }, (_, index) => ({
          name: `worker_0123456${index}`,
          cpu: 99.6,
          ...(index === 0 ? { task: { taskId: 'id', name: 'primes', progress: 50 } } : {}),
        })),
      },
    ],
  };
}

describe('the picture of top', () => {
  it.each([
    [3, 2],
    [200, 500],
    [0, 0],
  ])('fits 80 columns and 24 rows with %d names and %d workers', (names, workers) => {
    const lines = renderTop({ stats: stats(names), hubs: [hub(workers)] }, 12.34, { columns: 80, rows: 24 });
    expect(lines.length).toBeLessThanOrEqual(24);
    expect(Math.max(...lines.map((line) => line.length))).toBeLessThanOrEqual(80);
    expect(lines[0]).toMatch(/1,234,567 queued .*12\.3 ended\/s$/);
  });

  it('begins with what is most to do, and shows how far a task is', () => {
    const lines = renderTop({ stats: stats(3), hubs: [hub(1)] }, 0, { columns: 80, rows: 24 });
    expect(lines.filter((line) => line.startsWith('task-')).map((line) => line.split(' ')[0])).toEqual([
      'task-2',
      'task-1',
    ]);
    expect(lines.at(-1)).toMatch(/^worker_01234560 +primes +██████░░░░░░ +50 % +100 % +a-hub-with-…$/);
  });

  it('says how many workers it has no room for', () => {
    const lines = renderTop({ stats: stats(0), hubs: [hub(50)] }, 0, { columns: 80, rows: 24 });
    expect(lines.at(-1)).toMatch(/^and \d+ more workers$/);
  });
});
