import { describe, expect, it } from 'vitest';
import { plan } from '../../test/plan.js';
import { TableUnderTest } from '../../test/slot-table-under-test.js';

/** A table whose group has measured HELLO to be short, so that it keeps some ahead. */
function measured(workers: readonly string[], runMs = 1): TableUnderTest {
  const under = new TableUnderTest([plan({ slots: workers.length })]);
  for (const worker of workers) under.addWorker(worker);
  under.dispatch({ warm: {} });
  under.outcome(workers[0] ?? '', 'warm', runMs);
  under.table.settled(under.task('warm'));
  under.taken();
  return under;
}

describe('SlotTable', () => {
  it('hands a task to a free worker and forgets it once its outcome is settled', () => {
    const under = new TableUnderTest();
    under.addWorker('w1');
    under.dispatch({ a: {} });
    expect(under.taken()).toEqual(['hand w1 a']);
    expect(under.outcome('w1', 'a')).toBe(true);
    expect(under.heldLabels).toEqual(['a']);
    under.table.settled(under.task('a'));
    expect(under.heldLabels).toEqual([]);
    under.expectNothingElse();
  });

  it('lets a task wait while every worker is busy, and hands it over when one is free', () => {
    const under = new TableUnderTest();
    under.addWorker('w1');
    under.dispatch({ a: {}, b: {} });
    expect(under.taken()).toEqual(['hand w1 a']);
    under.outcome('w1', 'a', 500);
    under.table.place(under.now);
    expect(under.taken()).toEqual(['hand w1 b']);
  });

  it('takes the same lease only once', () => {
    const under = new TableUnderTest();
    under.addWorker('w1');
    under.dispatch({ a: {} });
    const { taskId } = under.table.held.leaseOf(under.task('a'));
    under.dispatch({ a: { taskId: taskId as never } });
    expect(under.taken()).toEqual(['hand w1 a']);
    expect(under.heldLabels).toEqual(['a']);
  });

  it('gives back a task that no worker of the group knows', () => {
    const under = new TableUnderTest();
    under.addWorker('w1');
    under.dispatch({ a: { name: 'UNKNOWN' }, b: { group: 3 } });
    expect(under.taken()).toEqual(['returned a', 'returned b']);
    expect(under.heldLabels).toEqual([]);
  });

  it('gives back what waits for a task that was removed', () => {
    const under = new TableUnderTest();
    under.addWorker('w1');
    under.dispatch({ a: { name: 'LONG' }, b: { name: 'LONG' }, c: {} });
    const [group] = under.table.groups;
    if (group !== undefined) under.table.setTasks(group, new Set(['HELLO']));
    expect(under.taken()).toEqual(['hand w1 a', 'returned b']);
    expect(under.heldLabels).toEqual(['a', 'c']);
  });

  describe('window', () => {
    it('is the living slots while nothing is known to be short', () => {
      const under = new TableUnderTest([plan({ slots: 3 })]);
      const [group] = under.table.groups;
      under.addWorker('w1');
      under.addWorker('w2');
      expect(group && under.table.windowOf(group)).toBe(2);
    });

    it('grows by as many tasks for each slot as are worth the prefetch time', () => {
      const under = measured(['w1', 'w2'], 2);
      const [group] = under.table.groups;
      expect(group && under.table.windowOf(group)).toBe(2 * (1 + 10));
    });

    it('is back to the slots when a task comes whose length is not known', () => {
      const under = measured(['w1']);
      under.dispatch({ a: { name: 'LONG' } });
      const [group] = under.table.groups;
      expect(group && under.table.windowOf(group)).toBe(1);
    });

    it('is none while the table is paused', () => {
      const under = measured(['w1']);
      under.table.isPaused = true;
      const [group] = under.table.groups;
      expect(group && under.table.windowOf(group)).toBe(0);
      under.dispatch({ a: {} });
      under.expectNothingElse();
    });
  });

  describe('short tasks', () => {
    it('are handed ahead, to every worker in turn', () => {
      const under = measured(['w1', 'w2']);
      under.dispatch({ a: {}, b: {}, c: {}, d: {} });
      expect(under.taken().toSorted()).toEqual(
        ['hand w1 a', 'hand w1 d', 'hand w2 b', 'hand w2 c'].toSorted(),
      );
    });

    it('are taken back from behind a task that turns out to be long, and go to a free worker', () => {
      const under = measured(['w1', 'w2']);
      under.dispatch({ a: {}, b: {}, c: {}, d: {} });
      under.taken();
      under.outcome('w2', 'b');
      under.outcome('w2', 'c');
      under.pass(60);
      expect(under.taken()).toEqual(['recall w1']);
      under.table.onRecalled(under.worker('w1'), 1 + under.task('a').sequence, under.now);
      under.table.place(under.now);
      expect(under.taken()).toEqual(['started w1 a', 'hand w2 d']);
    });

    it('are given back when no worker of the group gets free', () => {
      const under = measured(['w1']);
      under.dispatch({ a: {}, b: {}, c: {} });
      under.taken();
      under.pass(60);
      under.table.onRecalled(under.worker('w1'), under.task('b').sequence, under.now);
      under.table.place(under.now);
      expect(under.taken()).toEqual(['recall w1', 'started w1 a']);
      under.pass(60);
      expect(under.taken()).toEqual([]);
      under.pass(60);
      expect(under.taken()).toEqual(['returned b', 'returned c']);
      expect(under.heldLabels).toEqual(['a']);
    });

    it('are not asked for again before a worker of the group has got free', () => {
      const under = measured(['w1']);
      const [group] = under.table.groups;
      if (group === undefined) throw new Error('there is a group');
      expect(under.table.windowOf(group)).toBeGreaterThan(1);
      under.dispatch({ a: {}, b: {} });
      under.pass(60);
      under.table.onRecalled(under.worker('w1'), under.task('b').sequence, under.now);
      under.table.place(under.now);
      under.pass(120);
      expect(under.table.windowOf(group)).toBe(1);
      under.outcome('w1', 'a');
      expect(under.table.windowOf(group)).toBeGreaterThan(1);
    });

    it('stay where they are while the worker gets on', () => {
      const under = measured(['w1']);
      under.dispatch({ a: {}, b: {}, c: {}, d: {} });
      under.taken();
      for (const label of ['a', 'b', 'c']) {
        under.pass(40);
        under.outcome('w1', label);
      }
      expect(under.taken()).toEqual([]);
    });
  });

  describe('what a worker has begun', () => {
    it('is told once, whether the worker says so or is seen to have claimed it', () => {
      const under = new TableUnderTest();
      under.addWorker('w1');
      under.dispatch({ a: {} });
      under.started('w1', 'a');
      under.table.onClaimed(under.worker('w1'), 1, under.now);
      under.started('w1', 'a');
      expect(under.taken()).toEqual(['hand w1 a', 'started w1 a']);
    });

    it('is not told when its outcome comes first', () => {
      const under = new TableUnderTest();
      under.addWorker('w1');
      under.dispatch({ a: {} });
      under.outcome('w1', 'a');
      under.table.onClaimed(under.worker('w1'), 1, under.now);
      expect(under.taken()).toEqual(['hand w1 a']);
    });

    it('includes all that was handed over before it', () => {
      const under = new TableUnderTest([plan({ kind: 'inline', slots: 3 })]);
      under.addWorker('w1');
      under.dispatch({ a: {}, b: {}, c: {} });
      under.taken();
      under.outcome('w1', 'b');
      expect(under.taken()).toEqual(['started w1 a']);
    });
  });

  describe('a cancel', () => {
    it('ends a waiting task at once', () => {
      const under = new TableUnderTest();
      under.addWorker('w1');
      under.dispatch({ a: {}, b: {} });
      under.table.end(under.task('b'), 'cancelled', under.now);
      expect(under.taken()).toEqual(['hand w1 a', 'cancelled b']);
      expect(under.task('b').state).toBe('ended');
    });

    it('takes a handed task back, and ends it when the worker had not begun it', () => {
      const under = new TableUnderTest();
      under.addWorker('w1');
      under.dispatch({ a: {} });
      under.table.end(under.task('a'), 'cancelled', under.now);
      expect(under.taken()).toEqual(['hand w1 a', 'recall w1']);
      under.table.onRecalled(under.worker('w1'), 0, under.now);
      expect(under.taken()).toEqual(['cancelled a']);
    });

    it('aborts a running handler, and kills its worker when the grace is over', () => {
      const under = new TableUnderTest();
      under.addWorker('w1');
      under.dispatch({ a: {} });
      under.started('w1', 'a');
      under.table.end(under.task('a'), 'cancelled', under.now);
      expect(under.taken()).toEqual(['hand w1 a', 'started w1 a', 'abort w1 a']);
      expect(under.table.nextDeadline(under.now)).toBe(under.now + 5_000);
      under.pass(4_999);
      under.expectNothingElse();
      under.pass(1);
      expect(under.taken()).toEqual(['kill w1']);
      under.gone('w1');
      expect(under.taken()).toEqual(['cancelled a']);
    });

    it('aborts a handler that is found to have begun when it is taken back', () => {
      const under = new TableUnderTest();
      under.addWorker('w1');
      under.dispatch({ a: {} });
      under.table.end(under.task('a'), 'cancelled', under.now);
      under.table.onRecalled(under.worker('w1'), 1, under.now);
      expect(under.taken()).toEqual(['hand w1 a', 'recall w1', 'started w1 a', 'abort w1 a']);
    });

    it('does nothing twice, and nothing to a task that has ended', () => {
      const under = new TableUnderTest();
      under.addWorker('w1');
      under.dispatch({ a: {} });
      under.started('w1', 'a');
      under.table.end(under.task('a'), 'cancelled', under.now);
      under.table.end(under.task('a'), 'cancelled', under.now);
      under.outcome('w1', 'a');
      under.table.end(under.task('a'), 'cancelled', under.now);
      expect(under.taken()).toEqual(['hand w1 a', 'started w1 a', 'abort w1 a']);
      under.pass(60_000);
      under.expectNothingElse();
    });
  });

  describe('a handler that may take only so long', () => {
    it('is aborted when that is over, and fails once it ends, whatever it says then', () => {
      const under = new TableUnderTest();
      under.addWorker('w1');
      under.dispatch({ a: { timeoutMs: 300 } });
      under.started('w1', 'a');
      expect(under.table.nextDeadline(under.now)).toBe(under.now + 300);
      under.pass(299);
      expect(under.taken()).toEqual(['hand w1 a', 'started w1 a']);
      under.pass(1);
      expect(under.taken()).toEqual(['time out w1 a']);
      expect(under.outcome('w1', 'a')).toBe(true);
      expect(under.task('a').ending).toBe('timedOut');
      under.pass(60_000);
      under.expectNothingElse();
    });

    it('is counted from its begin, not from when it was handed ahead', () => {
      const under = new TableUnderTest();
      under.addWorker('w1');
      under.dispatch({ a: { timeoutMs: 300 } });
      under.pass(1_000);
      under.started('w1', 'a');
      under.taken();
      under.pass(299);
      under.expectNothingElse();
      under.pass(1);
      expect(under.taken()).toEqual(['time out w1 a']);
    });

    it('and does not end is killed with its worker when the grace is over, and has failed', () => {
      const under = new TableUnderTest();
      under.addWorker('w1');
      under.dispatch({ a: { timeoutMs: 300 } });
      under.started('w1', 'a');
      under.pass(300);
      under.taken();
      under.pass(4_999);
      under.expectNothingElse();
      under.pass(1);
      expect(under.taken()).toEqual(['kill w1']);
      under.gone('w1');
      expect(under.taken()).toEqual(['timedOut a']);
    });

    it('and ends in time is left alone', () => {
      const under = new TableUnderTest();
      under.addWorker('w1');
      under.dispatch({ a: { timeoutMs: 300 } });
      under.started('w1', 'a');
      under.pass(299);
      under.outcome('w1', 'a');
      expect(under.task('a').ending).toBeUndefined();
      expect(under.table.nextDeadline(under.now)).toBeUndefined();
      under.pass(10_000);
      expect(under.taken()).toEqual(['hand w1 a', 'started w1 a']);
    });

    it('is not timed out once it was cancelled, and is told of a cancel after its timeout', () => {
      const under = new TableUnderTest([plan({ slots: 2 })]);
      under.addWorker('w1');
      under.addWorker('w2');
      under.dispatch({ a: { timeoutMs: 300 }, b: { timeoutMs: 300 } });
      under.started('w1', 'a');
      under.started('w2', 'b');
      under.taken();
      under.table.end(under.task('a'), 'cancelled', under.now);
      under.pass(300);
      under.table.end(under.task('b'), 'cancelled', under.now);
      expect(under.taken()).toEqual(['abort w1 a', 'time out w2 b', 'abort w2 b']);
      under.pass(5_000);
      expect(under.taken()).toEqual(['kill w1', 'kill w2']);
      under.gone('w1');
      under.gone('w2');
      expect(under.taken()).toEqual(['cancelled a', 'cancelled b']);
    });

    it('is one of many, each with a time of its own', () => {
      const under = new TableUnderTest([plan({ kind: 'inline', slots: 4 })]);
      under.addWorker('w1');
      under.dispatch({ a: { timeoutMs: 400 }, b: { timeoutMs: 100 }, c: {}, d: { timeoutMs: 200 } });
      for (const label of ['a', 'b', 'c', 'd']) under.started('w1', label);
      under.outcome('w1', 'b');
      under.taken();
      under.pass(200);
      expect(under.taken()).toEqual(['time out w1 d']);
      expect(under.table.nextDeadline(under.now)).toBe(under.now + 200);
      under.pass(200);
      expect(under.taken()).toEqual(['time out w1 a']);
    });
  });

  describe('a revoked lease', () => {
    it('leaves no outcome, whatever becomes of its handler', () => {
      const under = new TableUnderTest([plan({ slots: 2 })]);
      under.addWorker('w1');
      under.addWorker('w2');
      under.dispatch({ a: {}, b: {} });
      under.started('w1', 'a');
      under.started('w2', 'b');
      under.taken();
      under.table.end(under.task('a'), 'revoked', under.now);
      under.table.end(under.task('b'), 'revoked', under.now);
      expect(under.taken()).toEqual(['abort w1 a', 'abort w2 b']);
      expect(under.outcome('w1', 'a')).toBe(false);
      under.gone('w2');
      under.expectNothingElse();
      expect(under.heldLabels).toEqual([]);
    });

    it('is forgotten at once when its task has ended or not begun', () => {
      const under = new TableUnderTest();
      under.addWorker('w1');
      under.dispatch({ a: {}, b: {} });
      under.outcome('w1', 'a');
      under.table.end(under.task('a'), 'revoked', under.now);
      under.table.end(under.task('b'), 'revoked', under.now);
      expect(under.heldLabels).toEqual([]);
      expect(under.taken()).toEqual(['hand w1 a']);
    });

    it('is not brought back by a cancel', () => {
      const under = new TableUnderTest();
      under.addWorker('w1');
      under.dispatch({ a: {} });
      under.started('w1', 'a');
      under.table.end(under.task('a'), 'revoked', under.now);
      under.table.end(under.task('a'), 'cancelled', under.now);
      expect(under.outcome('w1', 'a')).toBe(false);
    });

    it('outweighs a cancel', () => {
      const under = new TableUnderTest();
      under.addWorker('w1');
      under.dispatch({ a: {} });
      under.started('w1', 'a');
      under.table.end(under.task('a'), 'cancelled', under.now);
      under.table.end(under.task('a'), 'revoked', under.now);
      under.taken();
      expect(under.outcome('w1', 'a')).toBe(false);
      expect(under.heldLabels).toEqual([]);
    });
  });

  describe('a worker that dies', () => {
    it('loses what it ran, and what was handed ahead waits again with no attempt charged', () => {
      const under = measured(['w1']);
      under.dispatch({ a: {}, b: {}, c: {} });
      under.started('w1', 'a');
      under.taken();
      under.gone('w1');
      expect(under.taken()).toEqual(['lost a']);
      expect(under.heldLabels).toEqual(['b', 'c']);
      under.addWorker('w2');
      under.table.place(under.now);
      // One at a time now: whoever kills workers is to be seen.
      expect(under.taken()).toEqual(['hand w2 b']);
    });

    it('is taken to have begun the first task that it was handed', () => {
      const under = new TableUnderTest();
      under.addWorker('w1');
      under.dispatch({ a: {} });
      under.gone('w1');
      expect(under.taken()).toEqual(['hand w1 a', 'lost a']);
    });

    it('loses its task in whatever attempt: the balancer judges how often that may be', () => {
      const under = new TableUnderTest();
      under.addWorker('w1');
      under.dispatch({ a: { attempt: 30 } });
      under.gone('w1');
      expect(under.taken()).toEqual(['hand w1 a', 'lost a']);
    });

    it('because it was killed for one task is not held against its neighbours', () => {
      const under = new TableUnderTest([plan({ kind: 'inline', slots: 3 })]);
      under.addWorker('w1');
      under.dispatch({ a: {}, b: {}, c: {} });
      under.started('w1', 'b');
      under.table.end(under.task('a'), 'cancelled', under.now);
      under.pass(5_000);
      under.taken();
      under.gone('w1');
      // It may have begun c and died before it could say so.
      expect(under.taken().toSorted()).toEqual(['cancelled a', 'lost uncharged b', 'lost uncharged c']);
    });
  });

  describe('a worker that retires', () => {
    it('stops at once when it has nothing', () => {
      const under = new TableUnderTest();
      const worker = under.addWorker('w1');
      under.table.retire(worker);
      expect(under.taken()).toEqual(['stop w1']);
      under.dispatch({ a: {} });
      under.expectNothingElse();
    });

    it('ends its task before, and hands back what was handed ahead', () => {
      const under = measured(['w1']);
      under.dispatch({ a: {}, b: {} });
      under.started('w1', 'a');
      under.taken();
      under.table.retire(under.worker('w1'));
      expect(under.taken()).toEqual(['recall w1']);
      under.table.onRecalled(under.worker('w1'), under.task('b').sequence, under.now);
      under.expectNothingElse();
      under.outcome('w1', 'a');
      expect(under.taken()).toEqual(['stop w1']);
      under.gone('w1');
      under.addWorker('w2');
      under.table.place(under.now);
      expect(under.taken()).toEqual(['hand w2 b']);
    });
  });

  it('gives back all that has not begun when the hub stops', () => {
    const under = measured(['w1']);
    under.dispatch({ a: {}, b: {} });
    under.started('w1', 'a');
    under.table.isPaused = true;
    under.dispatch({ c: {} });
    under.taken();
    under.table.giveBackWaiting('stopping');
    expect(under.taken()).toEqual(['returned c', 'recall w1']);
    under.table.onRecalled(under.worker('w1'), under.task('b').sequence, under.now);
    under.table.giveBackWaiting('stopping');
    expect(under.taken()).toEqual(['returned b']);
  });
});
