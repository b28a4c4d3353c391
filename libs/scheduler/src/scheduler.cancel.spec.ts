import { describe, expect, it } from 'vitest';
import { given } from '../test/scenario.js';

/** Task `a` runs on hub A, and its hub has been asked to end it. */
function cancelledWhileRunning() {
  const scenario = given();
  const hub = scenario.hub('A');
  scenario.submit('a');
  scenario.dispatch();
  expect(scenario.cancel('a')).toEqual(['running', 'cancel a on A']);
  return { scenario, hub };
}

describe('the cancel of a queued task', () => {
  it('ends it at once', () => {
    const scenario = given();
    scenario.submitAll(['a', 'b']);
    expect(scenario.cancel('a')).toEqual(['queued', 'a is cancelled']);
    scenario.hub('A', { window: 2 });
    expect(scenario.dispatch()).toEqual(['dispatch b to A']);
  });

  it('ends one that was queued again', () => {
    const scenario = given();
    scenario.hub('A');
    scenario.submit('a');
    scenario.dispatch();
    scenario.release('a', 'worker-lost');
    expect(scenario.cancel('a')).toEqual(['queued', 'a is cancelled']);
    expect(scenario.dispatch()).toEqual([]);
  });
});

describe('the cancel of a running task', () => {
  it('asks its hub, once however often it is cancelled, and waits for the outcome', () => {
    const { scenario } = cancelledWhileRunning();
    expect(scenario.cancel('a')).toEqual(['running']);
    expect(scenario.task('a').state).toBe('running');
    expect(scenario.end('a', 'cancelled')).toEqual(['a is cancelled']);
    expect(scenario.task('a').cancelling).toBe(false);
  });

  it('comes too late for one that is done before the hub hears of it', () => {
    const { scenario } = cancelledWhileRunning();
    expect(scenario.end('a', 'done')).toEqual(['a is done']);
  });

  it('is done when its lease ends in any other way', () => {
    for (const cause of ['worker-lost', 'returned', 'hub-lost', 'undelivered'] as const) {
      const { scenario } = cancelledWhileRunning();
      expect(scenario.release('a', cause)).toEqual(['a is cancelled']);
    }
  });

  it('is done when its hub is lost', () => {
    const { scenario, hub } = cancelledWhileRunning();
    expect(scenario.lose(hub)).toEqual(['a is cancelled']);
    scenario.hub('B');
    expect(scenario.dispatch()).toEqual([]);
  });

  it('is done when its hub is back and does not know of it', () => {
    const { scenario, hub } = cancelledWhileRunning();
    expect(scenario.rejoin(hub, [], {})).toEqual(['a is cancelled']);
  });

  it('goes on when its hub is back and still holds it', () => {
    const { scenario, hub } = cancelledWhileRunning();
    expect(scenario.rejoin(hub, ['a'], {})).toEqual([]);
    expect(scenario.end('a', 'cancelled')).toEqual(['a is cancelled']);
  });
});

describe('the cancel of a task that has ended', () => {
  it('drops its result and leaves its state', () => {
    const scenario = given();
    scenario.hub('A');
    scenario.submit('a');
    scenario.dispatch();
    scenario.end('a', 'done', 500);
    expect(scenario.scheduler.retention.resultBytes).toBe(500);
    expect(scenario.cancel('a')).toEqual(['finished', 'drop the result of a']);
    expect(scenario.scheduler.retention.resultBytes).toBe(0);
    expect(scenario.task('a')).toMatchObject({ state: 'done', resultBytes: 0 });
  });
});
