import { describe, expect, it } from 'vitest';
import { given } from '../test/scenario.js';
import type { Task } from './task.js';
import { waitingReason, withoutWorker } from './explain.js';

describe('the reason why a task waits', () => {
  it('is that no worker knows it, none takes its priority, none is free, or that others go first', () => {
    const scenario = given();
    const task = scenario.submit('a', { priority: 5 });
    expect(waitingReason(task)).toBe('no worker knows the task T');
    const low = scenario.hub('low', { max: 4 });
    expect(waitingReason(task)).toBe('no worker that knows T takes priority 5');
    const hub = scenario.hub('A', { window: 0 });
    expect(waitingReason(task)).toBe('a free worker');
    scenario.scheduler.setCredit(hub, 0, 1, 1);
    expect(waitingReason(task)).toBe('its turn');
    scenario.lose(hub);
    expect(waitingReason(task)).toBe('no worker that knows T takes priority 5');
    scenario.lose(low);
    expect(waitingReason(task)).toBe('no worker knows the task T');
  });

  it('is none when it does not wait', () => {
    const scenario = given();
    scenario.hub('A');
    const task = scenario.submit('a');
    scenario.dispatch();
    expect(waitingReason(task)).toBeUndefined();
    scenario.end('a');
    expect(waitingReason(task)).toBeUndefined();
  });
});

describe('tasks without a worker', () => {
  it('are an example of each name and segment of priorities that nobody serves', () => {
    const scenario = given();
    const examples = (): Task[] => [...withoutWorker(scenario.scheduler.lanes)];
    const [low, high] = [scenario.submit('low', { priority: 1 }), scenario.submit('high', { priority: 9 })];
    scenario.submit('lower', { priority: 0 });
    expect(examples()).toEqual([high]);
    const hub = scenario.hub('A', { min: 5, window: 0 });
    expect(examples()).toEqual([low]);
    scenario.lose(hub);
    scenario.hub('B');
    expect(examples()).toEqual([]);
  });
});
