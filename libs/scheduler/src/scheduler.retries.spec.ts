import { describe, expect, it } from 'vitest';
import { given } from '../test/scenario.js';
import { waitingReason } from './explain.js';
import type { TaskRules } from './delivery/rules.js';

/** Task `a` of these rules runs on hub A. */
function running(rules: TaskRules) {
  const scenario = given();
  const hub = scenario.hub('A');
  const task = scenario.submit('a', { rules });
  scenario.dispatch();
  return { scenario, hub, task };
}

const again = { retryable: true, timedOut: false };
const fixed = { kind: 'fixed', delayMs: 500, maxDelayMs: 0 } as const;

describe('a task that fails', () => {
  it('is tried again after its back-off, until its attempts are exhausted', () => {
    const { scenario, task } = running({ maxAttempts: 3, backoff: fixed });
    const until = scenario.now + 500;
    expect(scenario.end('a', 'failed', 70)).toEqual([
      'drop the result of a',
      `a waits again until ${until}: failed`,
    ]);
    expect(task).toMatchObject({ state: 'delayed', notBefore: until, worker: undefined, resultBytes: 0 });
    expect(waitingReason(task)).toBe('its next attempt');
    expect(scenario.scheduler.nextDeadline()).toBe(until);
    expect([scenario.advance(499), scenario.dispatch()]).toEqual([[], []]);
    expect(scenario.advance(1)).toEqual(['a has waited long enough']);
    expect(scenario.dispatch()).toEqual(['dispatch a to A']);
    scenario.end('a', 'failed');
    scenario.advance(500);
    scenario.dispatch();
    expect(task.attempt).toBe(3);
    expect(scenario.end('a', 'failed', 70)).toEqual(['a is failed: attempts-exhausted']);
    expect(task).toMatchObject({ state: 'failed', resultBytes: 70 });
    expect(task.past.map(({ attempt, how }) => `${attempt} ${how}`)).toEqual(['1 failed', '2 failed']);
  });

  it('is queued again at once, with its first age, when there is no back-off', () => {
    const { scenario } = running({ maxAttempts: 2 });
    scenario.submit('b');
    expect(scenario.end('a', 'failed')).toEqual(['drop the result of a', 'a waits again: failed']);
    expect(scenario.dispatch()).toEqual(['dispatch a to A']);
  });

  it('has one attempt unless told otherwise', () => {
    for (const rules of [{}, { maxAttempts: 1, backoff: fixed }]) {
      expect(running(rules).scenario.end('a', 'failed')).toEqual(['a is failed']);
    }
  });

  it('is not tried again when that would be of no use', () => {
    const { scenario } = running({ maxAttempts: 3 });
    expect(scenario.end('a', 'failed', 0, { retryable: false, timedOut: false })).toEqual([
      'a is failed: not-retryable',
    ]);
  });

  it('is not tried again when it was cancelled meanwhile', () => {
    const { scenario } = running({ maxAttempts: 3 });
    scenario.cancel('a');
    expect(scenario.end('a', 'failed')).toEqual(['a is failed']);
  });

  it('keeps what there is to say of it', () => {
    const { scenario, task } = running({ maxAttempts: 3 });
    scenario.now += 1;
    scenario.scheduler.started(task, 'worker 1', scenario.now);
    scenario.now += 1;
    const error = { name: 'TimeoutError', message: 'too slow' };
    scenario.end('a', 'failed', 0, { retryable: true, timedOut: true, error: () => error });
    expect(task.past).toEqual([
      {
        attempt: 1,
        epoch: 7,
        dispatchedAt: scenario.now - 2,
        startedAt: scenario.now - 1,
        endedAt: scenario.now,
        worker: 'worker 1',
        hub: 'A',
        how: 'timed-out',
        error,
      },
    ]);
  });

  it('does not have its error worked out when it ends with it', () => {
    const { scenario } = running({ maxAttempts: 1 });
    const error = (): never => {
      throw new Error('nobody asked');
    };
    expect(scenario.end('a', 'failed', 0, { ...again, error })).toEqual(['a is failed']);
  });

  it('costs nothing to remember without rules', () => {
    const scenario = given();
    scenario.hub('A');
    const task = scenario.submit('a');
    scenario.dispatch();
    scenario.end('a', 'failed');
    expect(task.story).toBeUndefined();
    expect(task.past).toEqual([]);
  });
});

describe('a delayed task', () => {
  it('is not dispatched before its time', () => {
    const scenario = given();
    scenario.hub('A');
    const task = scenario.submit('a', { rules: { delayMs: 5_000 } });
    expect([task.state, scenario.scheduler.queued, scenario.scheduler.delayed]).toEqual(['delayed', 1, 1]);
    expect(waitingReason(task)).toBe('its time');
    expect(waitingReason(task, (at) => `T+${at}`)).toBe(`not before T+${scenario.now + 5_000}`);
    expect(scenario.dispatch()).toEqual([]);
    expect(scenario.advance(5_000)).toEqual(['a has waited long enough']);
    expect([task.state, scenario.scheduler.queued, scenario.scheduler.delayed]).toEqual(['queued', 1, 0]);
    expect(scenario.dispatch()).toEqual(['dispatch a to A']);
  });

  it('counts in quota and bounds as a queued one, and for its user', () => {
    const scenario = given({ queuedPerUser: 1 });
    const task = scenario.submit('a', { rules: { delayMs: 5_000 } });
    expect(scenario.refusal()).toBe('QUOTA_EXCEEDED');
    expect([task.user.queued, task.name.queued, task.name.delayed]).toEqual([1, 1, 1]);
    expect(scenario.cancel('a')).toEqual(['queued', 'a is cancelled']);
    scenario.submit('b');
  });

  it('is queued in the order of its time, then of its age', () => {
    const scenario = given();
    scenario.submit('late', { rules: { delayMs: 2_000 } });
    scenario.submit('first', { rules: { delayMs: 1_000 } });
    scenario.submit('second', { rules: { delayMs: 1_000 } });
    expect(scenario.advance(3_000)).toEqual([
      'first has waited long enough',
      'second has waited long enough',
      'late has waited long enough',
    ]);
  });
});

describe('bad rules', () => {
  it('are refused', () => {
    const scenario = given();
    expect(scenario.refusal({ rules: { maxAttempts: 0 } })).toBe('INVALID_RULES');
    expect(scenario.scheduler.table.size).toBe(0);
  });
});
