import { describe, expect, it } from 'vitest';
import type { TaskView } from '../cluster/balancer-api.js';
import { renderTask } from './task.js';

const task: TaskView = {
  taskId: '019ab2c4-5d6e-7abc-8def-0123456789ab',
  name: 'FLAKY',
  userId: 'ada',
  priority: 0,
  state: 'failed',
  progress: 0,
  attempt: 2,
  payloadBytes: 4,
  submittedAt: 0,
  finishedAt: 2_500,
  waitMs: 5,
  runMs: 20,
  worker: 'worker_1',
  cause: 'attempts-exhausted',
  failures: 2,
  durability: 'disk',
  history: [
    { at: 0, event: 'accepted' },
    { at: 5, event: 'dispatched', attempt: 1, hub: 'hub-1' },
    {
      at: 1_500,
      event: 'failed',
      attempt: 1,
      cause: 'failed',
      hub: 'hub-1',
      worker: 'worker_1',
      error: { name: 'Error', message: `${'no '.repeat(40)}\nway` },
    },
    { at: 2_000, event: 'dispatched', attempt: 2, hub: `hub-${'x'.repeat(80)}` },
    { at: 2_500, event: 'failed', attempt: 2, worker: 'worker_1', cause: 'attempts-exhausted' },
  ],
  error: { name: 'Error', message: 'no way' },
};

describe('a task in lines', () => {
  it('tells all that happened to it, in 80 columns', () => {
    const lines = renderTask(task);
    expect(Math.max(...lines.map(({ length }) => length))).toBeLessThanOrEqual(80);
    const story = lines.slice(lines.findIndex((line) => line.startsWith('history')));
    expect(story).toEqual([
      'history           accepted',
      '    + 5.0 ms #1   dispatched to hub-1',
      '     + 1.5 s #1   failed on worker_1',
      `                  Error: ${'no '.repeat(18).trim()}`,
      `                  ${'no '.repeat(21).trim()}`,
      '                  no',
      '                  way',
      '     + 2.0 s #2   dispatched to',
      `                  hub-${'x'.repeat(58)}`,
      `                  ${'x'.repeat(22)}`,
      '     + 2.5 s #2   failed on worker_1: that was the last of its attempts',
      'error       Error: no way',
    ]);
  });

  it('says why it ended, and what it was promised', () => {
    expect(renderTask(task).slice(4, 12)).toEqual([
      'state       failed',
      'because     that was the last of its attempts',
      'submitted   1970-01-01T00:00:00.000Z',
      'waited      5.0 ms',
      'ran         20 ms',
      'worker      worker_1, attempt 2',
      'failures    2',
      'kept        on disk',
    ]);
  });

  it('says until when one is held back', () => {
    const { cause: _, error: __, history: ___, ...alive } = task;
    const waitingFor = 'not before 1970-01-01T00:01:00.000Z';
    const lines = renderTask({ ...alive, state: 'delayed', waitingFor });
    expect(lines.slice(4, 6)).toEqual(['state       delayed', `waits       ${waitingFor}`]);
  });

  it('shows a result below', () => {
    const { cause: _, error: __, history: ___, ...well } = task;
    expect(renderTask({ ...well, state: 'done', result: 'well' }).at(-1)).toBe('result      well');
    expect(renderTask({ ...well, state: 'done', result: null }).at(-1)).toBe('result      null');
    expect(renderTask({ ...well, state: 'done' }).at(-1)).toBe('result      (not kept any longer)');
  });
});
