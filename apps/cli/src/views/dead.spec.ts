import type { TaskStatus } from '@penstock/protocol';
import { expect, it } from 'vitest';
import { renderDead } from './dead.js';

function dead(over: Partial<TaskStatus>): TaskStatus {
  return {
    taskId: '019ab2c4-5d6e-7abc-8def-0123456789ab',
    name: 'a-name-that-is-long',
    userId: 'ada',
    priority: 0,
    state: 'failed',
    progress: 0,
    attempt: 1,
    payloadBytes: 0,
    submittedAt: 0,
    finishedAt: 0,
    ...over,
  };
}

it('shows whole ids, and why each task has ended, in 80 columns', () => {
  const lines = renderDead(
    [
      dead({ cause: 'attempts-exhausted' }),
      dead({ name: 'CHARGE', state: 'expired', finishedAt: 3_000_000 }),
    ],
    3_599_000,
  ).split('\n');
  expect(Math.max(...lines.map(({ length }) => length))).toBeLessThanOrEqual(80);
  expect(lines.map((line) => line.split(/ {2,}/))).toEqual([
    ['TASK ID', 'TASK', 'WHY', 'AGO'],
    ['019ab2c4-5d6e-7abc-8def-0123456789ab', 'a-name-that…', 'attempts-exhausted', '59 min'],
    ['019ab2c4-5d6e-7abc-8def-0123456789ab', 'CHARGE', 'expired', '9 min'],
  ]);
});
