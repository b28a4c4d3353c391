import { describe, expect, it } from 'vitest';
import { given } from '../test/scenario.js';

describe('the life of a task', () => {
  it('leads through the queue to a group with credit, and ends with its outcome', () => {
    const scenario = given();
    scenario.hub('A', { window: 2 });
    scenario.submitAll(['a', 'b', 'c']);
    expect(scenario.dispatch()).toEqual(['dispatch a to A', 'dispatch b to A']);
    expect(scenario.end('a')).toEqual(['a is done']);
    expect(scenario.dispatch()).toEqual(['dispatch c to A']);
    expect(scenario.end('b', 'failed')).toEqual(['b is failed']);
    scenario.cancel('c');
    expect(scenario.end('c', 'cancelled')).toEqual(['c is cancelled']);
    expect(scenario.dispatch()).toEqual([]);
  });

  it('waits for a hub that comes later', () => {
    const scenario = given();
    scenario.submit('a');
    expect(scenario.dispatch()).toEqual([]);
    scenario.hub('A');
    expect(scenario.dispatch()).toEqual(['dispatch a to A']);
  });

  it('is written down as it goes', () => {
    const scenario = given();
    scenario.hub('A');
    const task = scenario.submit('a', { bytes: 70 });
    expect(task).toMatchObject({ state: 'queued', attempt: 0, submittedAt: scenario.now });

    scenario.now += 10;
    scenario.dispatch();
    expect(task).toMatchObject({
      state: 'running',
      attempt: 1,
      dispatchedAt: scenario.now,
      startedAt: 0,
      worker: undefined,
    });

    scenario.now += 10;
    scenario.scheduler.started(task, 'worker 3', scenario.now);
    expect(task).toMatchObject({ startedAt: scenario.now, worker: 'worker 3' });

    scenario.now += 10;
    scenario.end('a', 'done', 30);
    expect(task).toMatchObject({
      state: 'done',
      endedAt: scenario.now,
      runMs: 5,
      resultBytes: 30,
      worker: 'worker 3',
    });
  });

  it('forgets the worker and the progress of an attempt that came to nothing', () => {
    const scenario = given();
    scenario.hub('A');
    const task = scenario.submit('a');
    scenario.dispatch();
    scenario.scheduler.started(task, 'worker 3', scenario.now);
    task.progress = 40;
    scenario.release('a', 'worker-lost');
    expect(task).toMatchObject({ startedAt: 0, worker: undefined, progress: 0 });
  });
});

describe('what is held', () => {
  it('counts what waits, what runs, and the payloads of both', () => {
    const scenario = given();
    const { scheduler } = scenario;
    const load = () => [scheduler.queued, scheduler.running, scheduler.payloadBytes];
    scenario.hub('A');
    scenario.submit('a', { bytes: 70 });
    scenario.submit('b', { bytes: 7 });
    expect(load()).toEqual([2, 0, 77]);
    scenario.dispatch();
    expect(load()).toEqual([1, 1, 77]);
    scenario.release('a', 'returned');
    expect(load()).toEqual([2, 0, 77]);
    scenario.cancel('b');
    expect(load()).toEqual([1, 0, 70]);
    scenario.dispatch();
    scenario.end('a', 'done', 1_000);
    expect(load()).toEqual([0, 0, 0]);
  });
});
