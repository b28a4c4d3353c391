import { describe, expect, it } from 'vitest';
import { given, type Scenario } from '../test/scenario.js';
import type { SchedulerSettings } from './settings.js';
import type { RerunEdits } from './scheduler.js';

/** Tasks that have failed, in this order. */
function failed(labels: readonly string[], settings: Partial<SchedulerSettings> = {}, bytes = 0): Scenario {
  const scenario = given(settings);
  scenario.hub('A');
  for (const label of labels) {
    scenario.submit(label, { bytes });
    scenario.dispatch();
    scenario.end(label, 'failed');
  }
  return scenario;
}

function rerun(scenario: Scenario, label: string, edits?: RerunEdits): string {
  const outcome = scenario.scheduler.rerun(scenario.task(label), scenario.now, edits);
  return 'code' in outcome ? outcome.code : outcome.state;
}

describe('a task that ended without a result', () => {
  it('is run again under the same id, with a new age and further attempt numbers', () => {
    const scenario = failed(['a']);
    scenario.submit('b');
    scenario.now += 1_000;
    expect(rerun(scenario, 'a', { priority: 0 })).toBe('queued');
    expect(scenario.told()).toEqual(['drop the result of a']);
    expect(scenario.task('a')).toMatchObject({
      cause: undefined,
      submittedAt: scenario.now,
      endedAt: 0,
      dispatchedAt: 0,
    });
    expect(scenario.dispatch()).toEqual(['dispatch b to A']);
    scenario.end('b');
    expect(scenario.dispatch()).toEqual(['dispatch a to A']);
    expect(scenario.task('a').attempt).toBe(2);
    expect(scenario.end('a')).toEqual(['a is done']);
  });

  it('keeps its past, with the attempt that it ended with', () => {
    const scenario = failed(['a']);
    const lastError = { name: 'Error', message: 'no luck' };
    rerun(scenario, 'a', { lastError });
    scenario.told();
    expect(scenario.task('a').past).toMatchObject([{ attempt: 1, how: 'failed', error: lastError }]);
    scenario.cancel('a');
    rerun(scenario, 'a');
    scenario.told();
    expect(scenario.task('a').past).toHaveLength(1);
  });

  it('begins anew with its failures and losses, under new rules if wanted', () => {
    const scenario = given({ crashesMax: 1 });
    scenario.hub('A');
    const task = scenario.submit('a');
    scenario.dispatch();
    expect(scenario.release('a', 'worker-lost')).toEqual(['a is failed: quarantined']);
    expect(rerun(scenario, 'a', { rules: { maxAttempts: 2, delayMs: 500 } })).toBe('delayed');
    scenario.told();
    expect(task.story).toMatchObject({ crashes: 0, failures: 0 });
    expect(scenario.advance(500)).toEqual(['a has waited long enough']);
    scenario.dispatch();
    expect(scenario.end('a', 'failed')).toEqual(['drop the result of a', 'a waits again: failed']);
  });

  it('has a whole new deadline', () => {
    const scenario = given();
    scenario.submit('a', { rules: { deadlineMs: 500 } });
    expect(scenario.advance(500)).toEqual(['a is expired: deadline']);
    rerun(scenario, 'a');
    scenario.told();
    expect(scenario.advance(499)).toEqual([]);
    expect(scenario.advance(1)).toEqual(['a is expired: deadline']);
  });

  it('is subject to the bounds of the queue, and stays what it is when refused', () => {
    const scenario = failed(['a'], { queuedPerUser: 1, payloadBytesMax: 100 });
    scenario.submit('b', { bytes: 50 });
    expect(rerun(scenario, 'a')).toBe('QUOTA_EXCEEDED');
    expect(rerun(scenario, 'a', { payloadBytes: 51 })).toBe('QUEUE_FULL');
    expect(rerun(scenario, 'a', { priority: NaN })).toBe('INVALID_PRIORITY');
    expect(rerun(scenario, 'a', { rules: { maxAttempts: 0 } })).toBe('INVALID_RULES');
    expect(scenario.task('a')).toMatchObject({ state: 'failed', payloadBytes: 0 });
    scenario.cancel('b');
    expect(rerun(scenario, 'a', { payloadBytes: 100 })).toBe('queued');
    expect(scenario.scheduler.payloadBytes).toBe(100);
    scenario.told();
  });

  it('is no task that is done, or has not ended', () => {
    const scenario = given();
    scenario.hub('A');
    scenario.submit('a');
    expect(() => rerun(scenario, 'a')).toThrow('SCH-006');
    scenario.dispatch();
    scenario.end('a');
    expect(() => rerun(scenario, 'a')).toThrow('SCH-006');
  });
});

describe('dead tasks', () => {
  it('are told oldest or newest first, cancelled ones among them', () => {
    const scenario = failed(['a']);
    scenario.now += 1;
    scenario.submit('b');
    scenario.cancel('b');
    scenario.now += 1;
    scenario.submit('c');
    scenario.dispatch();
    scenario.end('c', 'failed');
    const { retention } = scenario.scheduler;
    const [a, b, c] = ['a', 'b', 'c'].map((label) => scenario.task(label));
    expect([...retention.oldestDead()]).toEqual([a, b, c]);
    expect([...retention.newestDead()]).toEqual([c, b, a]);
    for (const task of retention.oldestDead()) scenario.scheduler.rerun(task, scenario.now);
    expect([...retention.oldestDead()]).toEqual([]);
    expect(scenario.told()).toHaveLength(3);
  });

  it('are kept by number, apart from done ones', () => {
    const scenario = failed(['a', 'b', 'c'], { deadMax: 2, finishedMax: 1 });
    expect(scenario.knows('a')).toBe(false);
    expect([scenario.knows('b'), scenario.knows('c')]).toEqual([true, true]);
  });

  it('are kept by the bytes of their payloads, of which cancelled ones go first', () => {
    const scenario = failed(['a'], { deadBytesMax: 100 }, 40);
    scenario.submit('b', { bytes: 40 });
    scenario.cancel('b');
    expect(scenario.scheduler.retention.deadBytes).toBe(80);
    scenario.submit('c', { bytes: 40 });
    scenario.dispatch();
    expect(scenario.end('c', 'failed', 20)).toEqual(['c is failed', 'forget b']);
    expect(scenario.scheduler.retention).toMatchObject({ deadBytes: 100, resultBytes: 0, deadCount: 2 });
  });

  it('stay when their client has the report', () => {
    const scenario = failed(['a']);
    scenario.collect('a');
    expect(scenario.advance(24 * 3_600_000)).toEqual([]);
  });
});
