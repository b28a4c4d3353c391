import { describe, expect, it } from 'vitest';
import { given, type Scenario } from '../test/scenario.js';

/** Tasks that have ended as done, in this order, each with a result of so many bytes. */
function done(scenario: Scenario, labels: readonly string[], resultBytes = 0): void {
  const hub = scenario.hub('done');
  for (const label of labels) {
    scenario.submit(label);
    scenario.dispatch();
    scenario.end(label, 'done', resultBytes);
  }
  scenario.lose(hub);
}

describe('a task that has ended', () => {
  const minutes = 60_000;

  it('is kept for 10 minutes', () => {
    const scenario = given();
    done(scenario, ['a']);
    expect(scenario.advance(10 * minutes - 1)).toEqual([]);
    expect(scenario.knows('a')).toBe(true);
    expect(scenario.advance(1_000)).toEqual(['forget a']);
    expect(scenario.knows('a')).toBe(false);
  });

  it('is kept for 60 seconds once its client has the result', () => {
    const scenario = given();
    done(scenario, ['a']);
    scenario.advance(5 * minutes);
    scenario.collect('a');
    expect(scenario.advance(minutes - 1)).toEqual([]);
    expect(scenario.advance(1_000)).toEqual(['forget a']);
  });

  it('is kept for the time of its key, though its client has the result', () => {
    const scenario = given({ keyedTtlMs: 60 * minutes });
    scenario.hub('A');
    scenario.submit('a', { rules: { idempotencyKey: 'order 17' } });
    scenario.dispatch();
    scenario.end('a', 'done', 3);
    scenario.collect('a');
    expect(scenario.advance(60 * minutes - 1)).toEqual([]);
    expect(scenario.advance(1_000)).toEqual(['forget a']);
  });

  it('leaves a record, without its result, when its time is over', () => {
    const scenario = given({ recordsMax: 10, recordTtlMs: 60 * minutes });
    done(scenario, ['a'], 5);
    expect(scenario.advance(10 * minutes + 1_000)).toEqual(['keep the record of a']);
    expect(scenario.knows('a')).toBe(true);
    expect(scenario.scheduler.retention.resultBytes).toBe(0);
    expect(scenario.advance(60 * minutes)).toEqual(['forget a']);
  });

  it('leaves so many records at most', () => {
    const scenario = given({ recordsMax: 2 });
    done(scenario, ['a', 'b', 'c']);
    expect(scenario.advance(10 * minutes + 1_000)).toEqual([
      'keep the record of a',
      'keep the record of b',
      'keep the record of c',
      'forget a',
    ]);
  });

  it('is kept no longer when its result is collected again', () => {
    const scenario = given();
    done(scenario, ['a']);
    scenario.collect('a');
    scenario.advance(minutes - 1);
    scenario.collect('a');
    expect(scenario.advance(1_000)).toEqual(['forget a']);
  });

  it('is kept for 2 minutes when it was cancelled, collected or not', () => {
    const scenario = given();
    scenario.submit('a');
    scenario.cancel('a');
    scenario.collect('a');
    expect(scenario.advance(2 * minutes - 1)).toEqual([]);
    expect(scenario.advance(1_000)).toEqual(['forget a']);
  });

  it('is kept for 2 minutes from when its result was dropped', () => {
    const scenario = given();
    done(scenario, ['a']);
    scenario.advance(minutes);
    scenario.cancel('a');
    expect(scenario.advance(2 * minutes - 1)).toEqual([]);
    expect(scenario.advance(1_000)).toEqual(['forget a']);
  });

  it('is kept no longer when it is cancelled again', () => {
    const scenario = given();
    scenario.submit('a');
    scenario.cancel('a');
    scenario.advance(2 * minutes - 1);
    scenario.cancel('a');
    expect(scenario.advance(1_000)).toEqual(['forget a']);
  });

  it('is kept for 7 days when it failed or expired', () => {
    const scenario = given({ queuedTtlMs: 1_000 });
    const hub = scenario.hub('A');
    scenario.submitAll(['failed', 'expired']);
    scenario.dispatch();
    scenario.end('failed', 'failed');
    scenario.scheduler.suspendHub(hub);
    expect(scenario.advance(1_000)).toEqual(['expired is expired: queue-ttl']);
    expect(scenario.advance(7 * 24 * 60 * minutes - 1)).toEqual(['forget failed']);
    expect(scenario.advance(1_000)).toEqual(['forget expired']);
  });

  it('cannot be collected before it has ended', () => {
    const scenario = given();
    scenario.submit('a');
    expect(scenario.collect('a')).toEqual([]);
    expect(scenario.task('a').state).toBe('queued');
  });
});

describe('the bounds on ended tasks', () => {
  it('let the oldest go when there are too many', () => {
    const scenario = given({ finishedMax: 2 });
    done(scenario, ['a', 'b', 'c', 'd']);
    expect(['a', 'b', 'c', 'd'].filter((label) => scenario.knows(label))).toEqual(['c', 'd']);
  });

  it('let as many of the oldest go as it takes when there are too many bytes', () => {
    const scenario = given({ finishedBytesMax: 100 });
    done(scenario, ['a', 'b', 'c', 'd'], 25);
    expect(scenario.scheduler.retention).toMatchObject({ size: 4, resultBytes: 100 });
    scenario.hub('A');
    scenario.submit('e');
    scenario.dispatch();
    expect(scenario.end('e', 'done', 51)).toEqual(['e is done', 'forget a', 'forget b', 'forget c']);
    expect(scenario.scheduler.retention).toMatchObject({ size: 2, resultBytes: 76 });
  });

  it('let collected ones go first, then cancelled ones, then all others', () => {
    const scenario = given({ finishedMax: 3 });
    done(scenario, ['old', 'collected']);
    scenario.collect('collected');
    scenario.submitAll(['cancelled', 'x', 'y', 'z']);
    scenario.cancel('cancelled');
    scenario.hub('A', { window: 3 });
    scenario.dispatch();
    expect(scenario.end('x')).toEqual(['x is done', 'forget collected']);
    expect(scenario.end('y')).toEqual(['y is done', 'forget cancelled']);
    expect(scenario.end('z')).toEqual(['z is done', 'forget old']);
  });

  it('hold when the first task that was ever cancelled comes on top of them', () => {
    const scenario = given({ finishedMax: 1 });
    done(scenario, ['done']);
    scenario.submit('cancelled');
    expect(scenario.cancel('cancelled')).toEqual(['queued', 'cancelled is cancelled', 'forget done']);
  });

  it('keep the newest even if it is too large by itself, and until the next one comes', () => {
    const scenario = given({ finishedBytesMax: 100 });
    done(scenario, ['small'], 1);
    scenario.hub('A');
    scenario.submitAll(['large', 'next']);
    scenario.dispatch();
    expect(scenario.end('large', 'done', 101)).toEqual(['large is done', 'forget small']);
    scenario.dispatch();
    expect(scenario.end('next', 'done', 0)).toEqual(['next is done', 'forget large']);
  });
});
