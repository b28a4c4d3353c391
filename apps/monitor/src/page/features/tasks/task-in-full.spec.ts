import { describe, expect, it } from 'vitest';
import type { TaskDetail } from '../../api/client.js';
import { factsOf, withEvents } from './task-in-full.js';

const failed: TaskDetail = {
  taskId: 'id',
  submittedAt: 0,
  state: 'failed',
  name: 'HELLO',
  userId: 'ada',
  priority: 0,
  progress: 0,
  attempt: 1,
  payloadBytes: 0,
  cause: 'worker-lost',
  error: { name: 'WorkerLost', message: 'gone' },
  history: [{ at: 0, event: 'accepted' }],
};

describe('a task in full', () => {
  it('is what was asked for, as long as nothing else was told', () => {
    expect(withEvents(failed, undefined)).toBe(failed);
  });

  it('gets what events say', () => {
    const { error: _, history: __, ...told } = { ...failed, runMs: 5 };
    expect(withEvents(failed, told)).toEqual({ ...failed, runMs: 5 });
  });

  it('has no error of before once it runs again, and keeps its history', () => {
    const { error: _, history: __, cause: ___, ...rest } = failed;
    const queued = { ...rest, state: 'queued' as const };
    expect(withEvents(failed, queued)).toEqual({ ...queued, history: failed.history });
    const { history: ____, ...bare } = failed;
    expect(withEvents(bare, queued)).toBe(queued);
  });

  it('says what it was promised, and how often it went wrong', () => {
    const facts = Object.fromEntries(factsOf({ ...failed, durability: 'disk', failures: 2, crashes: 1 }));
    expect(facts).toMatchObject({
      Kept: 'on disk',
      Failures: '2',
      Losses: '1',
    });
    expect(factsOf({ ...failed, durability: 'memory' })).toContainEqual(['Kept', 'in memory']);
    expect(factsOf({ ...failed, notBefore: new Date(2030, 0, 2, 8).getTime() })).toContainEqual([
      'Not before',
      '02/01/2030, 08:00:00',
    ]);
  });
});
