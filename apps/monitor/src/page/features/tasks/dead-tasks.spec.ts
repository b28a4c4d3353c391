import { describe, expect, it } from 'vitest';
import type { Task } from '../../api/client.js';
import { deadQuery, mergePages, noDeadFilter, rerunQuestion, rerunTrouble } from './dead-tasks.js';

function dead(taskId: string, finishedAt: number): Task {
  return {
    taskId,
    finishedAt,
    submittedAt: 0,
    state: 'failed',
    name: 'HELLO',
    userId: 'ada',
    priority: 0,
    progress: 0,
    attempt: 1,
    payloadBytes: 0,
  };
}

describe('dead tasks', () => {
  it.each([
    [{}, {}],
    [{ state: 'failed' }, { state: 'failed' }],
    [{ state: 'done' }, {}],
    [
      { name: ' sum ', userId: ' ada ' },
      { name: 'sum', userId: 'ada' },
    ],
  ])('are asked for by what was typed: %j', (filter, query) => {
    expect(deadQuery({ ...noDeadFilter, ...filter })).toEqual(query);
  });

  it('are one list, what ended last first', () => {
    const merged = mergePages([
      { tasks: [dead('a', 1), dead('b', 5)], hasMore: false },
      { tasks: [dead('c', 3)], hasMore: true },
    ]);
    expect(merged.tasks.map(({ taskId }) => taskId)).toEqual(['b', 'c', 'a']);
    expect(merged.hasMore).toBe(true);
  });

  it.each([
    [1, false, {}, 'Run 1 dead task again?'],
    [2, false, { state: 'failed' as const, name: 'sum' }, 'Run 2 failed tasks of sum again?'],
    [
      3,
      true,
      { userId: 'ada' },
      'Run all dead tasks of the user ada again, the oldest 10,000 at most? There are more than 3 of them.',
    ],
  ])('are run again after a question that says which (%#)', (length, hasMore, query, question) => {
    const tasks = Array.from({ length }, (_, index) => dead(String(index), 0));
    expect(rerunQuestion({ tasks, hasMore }, query)).toBe(question);
  });

  it('say why some could not be run again', () => {
    expect(rerunTrouble({ rerun: 3 })).toBeUndefined();
    const error = { code: 'QUEUE_FULL', message: 'the queue is full', retryable: true };
    expect(rerunTrouble({ rerun: 1, refused: { count: 2, error } })).toBe(
      '1 run again, 2 do not: the queue is full',
    );
  });
});
