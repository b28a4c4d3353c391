import { describe, expect, it } from 'vitest';
import { given } from '../test/scenario.js';

describe('the deadline of a task', () => {
  it('ends it at once while it waits, delayed or queued', () => {
    const scenario = given();
    scenario.submit('queued', { rules: { deadlineMs: 500 } });
    scenario.submit('delayed', { rules: { deadlineMs: 501, delayMs: 9_000 } });
    expect(scenario.scheduler.nextDeadline()).toBe(scenario.now + 500);
    expect(scenario.advance(499)).toEqual([]);
    expect(scenario.advance(1)).toEqual(['queued is expired: deadline']);
    expect(scenario.advance(1)).toEqual(['delayed is expired: deadline']);
  });

  it('has its hub end it, once, while it runs', () => {
    const scenario = given();
    scenario.hub('A');
    scenario.submit('a', { rules: { deadlineMs: 500, maxAttempts: 9 } });
    scenario.dispatch();
    expect(scenario.advance(500)).toEqual(['cancel a on A']);
    expect(scenario.advance(5_000)).toEqual([]);
    expect(scenario.cancel('a')).toEqual(['running']);
    expect(scenario.end('a', 'cancelled')).toEqual(['a is expired: deadline']);
  });

  it('is met by what ended before its hub heard of it', () => {
    for (const [status, told] of [['done', 'a is done'] as const, ['failed', 'a is failed'] as const]) {
      const scenario = given();
      scenario.hub('A');
      scenario.submit('a', { rules: { deadlineMs: 500, maxAttempts: 9 } });
      scenario.dispatch();
      scenario.advance(500);
      expect(scenario.end('a', status)).toEqual([told]);
    }
  });

  it('ends it as expired when its lease ends in any other way', () => {
    for (const loss of ['worker-lost', 'returned', 'hub-lost', 'undelivered'] as const) {
      const scenario = given();
      scenario.hub('A');
      scenario.submit('a', { rules: { deadlineMs: 500 } });
      scenario.dispatch();
      scenario.advance(500);
      expect(scenario.release('a', loss)).toEqual(['a is expired: deadline']);
    }
  });

  it('leaves a cancel that came first what it is', () => {
    const scenario = given();
    scenario.hub('A');
    scenario.submit('a', { rules: { deadlineMs: 500 } });
    scenario.dispatch();
    scenario.cancel('a');
    expect(scenario.advance(500)).toEqual([]);
    expect(scenario.end('a', 'cancelled')).toEqual(['a is cancelled']);
  });
});

describe("a task's own time in the queue", () => {
  it('replaces that of all tasks, whether it is shorter or longer', () => {
    const scenario = given({ queuedTtlMs: 10_000 });
    scenario.submit('short', { rules: { queueTtlMs: 500 } });
    scenario.submit('long', { rules: { queueTtlMs: 20_000 } });
    scenario.submit('usual');
    expect(scenario.advance(500)).toEqual(['short is expired: queue-ttl']);
    expect(scenario.advance(9_500)).toEqual(['usual is expired: queue-ttl']);
    expect(scenario.advance(10_000)).toEqual(['long is expired: queue-ttl']);
  });

  it('begins when it is no longer held back', () => {
    const scenario = given({ queuedTtlMs: 10_000 });
    scenario.submit('a', { rules: { delayMs: 60_000 } });
    scenario.submit('b');
    expect(scenario.advance(10_000)).toEqual(['b is expired: queue-ttl']);
    expect(scenario.advance(50_000)).toEqual(['a has waited long enough']);
    expect(scenario.advance(9_999)).toEqual([]);
    expect(scenario.advance(1)).toEqual(['a is expired: queue-ttl']);
  });

  it('does not end it while it runs, but at once when it comes back too late', () => {
    const scenario = given();
    scenario.hub('A');
    scenario.submit('a', { rules: { queueTtlMs: 500 } });
    scenario.dispatch();
    expect(scenario.advance(5_000)).toEqual([]);
    expect(scenario.release('a', 'returned')).toEqual(['a waits again: returned']);
    expect(scenario.advance(0)).toEqual(['a is expired: queue-ttl']);
  });

  it('ends a task that is held back for its next attempt', () => {
    const scenario = given({ queuedTtlMs: 1_000 });
    scenario.hub('A');
    const backoff = { kind: 'fixed', delayMs: 5_000, maxDelayMs: 0 } as const;
    scenario.submit('a', { rules: { maxAttempts: 2, backoff } });
    scenario.dispatch();
    scenario.end('a', 'failed');
    expect(scenario.advance(1_000)).toEqual(['a is expired: queue-ttl']);
  });
});
