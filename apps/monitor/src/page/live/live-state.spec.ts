import { describe, expect, it } from 'vitest';
import type { NameStats, Stats, Task, Verdict } from '../api/client.js';
import { after, nothingYet, TASKS_MAX, type LiveEvent, type LiveState } from './live-state.js';

function stats(...tasks: Partial<NameStats>[]): Stats {
  const zero = { queued: 0, running: 0, done: 0, failed: 0, cancelled: 0, expired: 0, totalRunMs: 0 };
  return {
    uptimeMs: 1,
    clients: 0,
    hubs: 0,
    queued: 7,
    running: 1,
    kept: 0,
    payloadBytes: 0,
    resultBytes: 0,
    refusedLeases: 0,
    tasks: tasks.map((task) => ({ name: 'T', ...zero, ...task })),
  };
}

function task(taskId: string, submittedAt: number, state: Task['state'] = 'queued'): Task {
  return {
    taskId,
    submittedAt,
    state,
    name: 'T',
    userId: 'anonymous',
    priority: 0,
    progress: 0,
    attempt: 0,
    payloadBytes: 0,
  };
}

function run(...events: readonly LiveEvent[]): LiveState {
  return events.reduce(after, nothingYet);
}

describe('the live state', () => {
  it('keeps a minute of figures', () => {
    const moments = Array.from({ length: 70 }, (_, second) => second * 1_000);
    const { history } = run(...moments.map((at) => ({ type: 'summary' as const, at, stats: stats() })));
    expect(history).toHaveLength(60);
    expect(history[0]?.at).toBe(10_000);
    expect(history.at(-1)).toMatchObject({ at: 69_000, queued: 7, running: 1 });
  });

  it('counts what has ended, in whatever way', () => {
    const figures = stats({ done: 4, failed: 3 }, { name: 'U', cancelled: 2, expired: 1 });
    expect(run({ type: 'summary', at: 0, stats: figures }).history[0]?.ended).toBe(10);
  });

  it('has each task once, newest first, with what was said of it last', () => {
    const { tasks } = run(
      { type: 'task', task: task('a', 1) },
      { type: 'task', task: task('b', 2) },
      { type: 'task', task: task('a', 1, 'done') },
    );
    expect(tasks?.map(({ taskId, state }) => `${taskId} ${state}`)).toEqual(['b queued', 'a done']);
  });

  it('takes a list for what it says, and keeps what has happened since', () => {
    const asked = run({ type: 'task', task: task('old', 1) }, { type: 'task', task: task('b', 5) });
    const meanwhile = after(asked, { type: 'task', task: task('new', 9) });
    const { tasks } = after(meanwhile, {
      type: 'tasks',
      tasks: [task('b', 5, 'running'), task('c', 3)],
      known: asked.tasks,
    });
    expect(tasks?.map(({ taskId, state }) => `${taskId} ${state}`)).toEqual([
      'new queued',
      'b running',
      'c queued',
    ]);
  });

  it('believes what has happened since a list was asked for, and not the list', () => {
    const asked = run({ type: 'task', task: task('a', 1) });
    const meanwhile = ['running', 'queued'] as const;
    const state = meanwhile.reduce(
      (then, now) => after(then, { type: 'task', task: task('a', 1, now) }),
      asked,
    );
    const list = [task('a', 1, 'running'), task('b', 2)];
    const { tasks } = after(state, { type: 'tasks', tasks: list, known: asked.tasks });
    expect(tasks?.map(({ taskId, state: is }) => `${taskId} ${is}`)).toEqual(['b queued', 'a queued']);
  });

  it('is bounded, however much happens', () => {
    const many = Array.from({ length: TASKS_MAX + 50 }, (_, index) => ({
      type: 'task' as const,
      task: task(`t${index}`, index),
    }));
    const { tasks } = run(...many);
    expect(tasks).toHaveLength(TASKS_MAX);
    expect(tasks?.[0]?.taskId).toBe(`t${TASKS_MAX + 49}`);
  });

  it('forgets what the health check found when that is gone', () => {
    const verdict: Verdict = { status: 'ok', checkedAt: 0, components: [], warnings: [] };
    expect(run({ type: 'verdict', verdict }).verdict).toBe(verdict);
    expect(
      run({ type: 'verdict', verdict }, { type: 'health-status', status: 'lost' }).verdict,
    ).toBeUndefined();
  });

  it('keeps its figures while the balancer is away', () => {
    const state = run({ type: 'summary', at: 0, stats: stats() }, { type: 'status', status: 'lost' });
    expect(state.status).toBe('lost');
    expect(state.stats?.queued).toBe(7);
  });
});
