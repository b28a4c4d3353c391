import { describe, expect, it } from 'vitest';
import type { Task } from '../../api/client.js';
import { doing, filterTasks, isCancellable, isDead, noFilter } from './task-rows.js';

function task(over: Partial<Task> = {}): Task {
  return {
    taskId: '019ab2c4-0001',
    submittedAt: 0,
    state: 'queued',
    name: 'HELLO',
    userId: 'ada',
    priority: 0,
    progress: 0,
    attempt: 0,
    payloadBytes: 0,
    ...over,
  };
}

describe('the list of tasks', () => {
  const tasks = [task(), task({ name: 'primes', userId: 'bob', state: 'done', taskId: '019ab2c4-FFF2' })];

  it.each([
    [{}, 2],
    [{ text: ' hel ' }, 1],
    [{ text: 'BOB' }, 1],
    [{ text: 'fff2' }, 1],
    [{ state: 'done' as const }, 1],
    [{ state: 'done' as const, text: 'ada' }, 0],
  ])('is narrowed to %j: %d', (filter, count) => {
    expect(filterTasks(tasks, { ...noFilter, ...filter })).toHaveLength(count);
  });

  it.each([
    [task({ state: 'queued' }), true],
    [task({ state: 'delayed' }), true],
    [task({ state: 'running' }), true],
    [task({ state: 'running', cancelling: true }), false],
    [task({ state: 'done' }), false],
    [task({ state: 'expired' }), false],
  ])('offers a cancel only where it changes something (%#)', (one, expected) => {
    expect(isCancellable(one)).toBe(expected);
  });

  it.each([
    ['queued', false],
    ['delayed', false],
    ['running', false],
    ['done', false],
    ['failed', true],
    ['expired', true],
    ['cancelled', true],
  ] as const)('says of one that is %s whether it can be run again: %s', (state, expected) => {
    expect(isDead({ state })).toBe(expected);
  });

  it.each([
    [task(), 'waits'],
    [task({ waitingFor: 'no worker knows it' }), 'waits: no worker knows it'],
    [task({ state: 'running' }), 'on its way to a worker'],
    [task({ state: 'running', worker: 'hub/0', progress: 41.7 }), '42 %, on hub/0'],
    [
      task({ state: 'running', worker: 'hub/0', progress: 50, cancelling: true }),
      'being cancelled, on hub/0',
    ],
    [task({ state: 'delayed' }), 'held back'],
    [task({ state: 'delayed', notBefore: new Date(2030, 0, 1, 8, 5).getTime() }), 'held back until 08:05:00'],
    [task({ state: 'done', worker: 'hub/0', runMs: 3 }), 'hub/0'],
    [
      task({ state: 'failed', worker: 'hub/0', runMs: 3, cause: 'quarantined' }),
      'it was on too many workers or hubs that were lost',
    ],
    [task({ state: 'cancelled' }), ''],
  ])('says what a task does now (%#)', (one, text) => {
    expect(doing(one)).toBe(text);
  });
});
