import { OutcomeStatus } from '@penstock/protocol';
import { describe, expect, it } from 'vitest';
import { EPOCH, given, submission, type Scenario, type TaskOptions } from '../test/scenario.js';
import type { RestoredState, RestoredTask } from './recovery.js';

const before = EPOCH - 1;

/** A task is put back that was handed in before the restart. */
function restore(
  scenario: Scenario,
  label: string,
  order: number,
  state: RestoredState,
  more: Partial<RestoredTask> & { options?: TaskOptions } = {},
): void {
  const { options = {}, ...known } = more;
  const submittedAt = scenario.now - 1_000 + order;
  const restored = { submission: submission(options), order, submittedAt, state, attempt: 0, epoch: before };
  scenario.put(label, (id) => scenario.scheduler.restore(id, 0, { ...restored, ...known }, scenario.now));
}

const running = (scenario: Scenario): RestoredState => ({ is: 'running', dispatchedAt: scenario.now - 10 });

describe('a restored task', () => {
  it('has the age that it had, in whatever order it comes, and later ones are younger', () => {
    const scenario = given();
    restore(scenario, 'c', 5, { is: 'queued' });
    restore(scenario, 'a', 1, { is: 'queued' });
    restore(scenario, 'b', 3, { is: 'queued' });
    scenario.submit('d');
    scenario.hub('A', { window: 4 });
    expect(scenario.dispatch()).toEqual(['a', 'b', 'c', 'd'].map((label) => `dispatch ${label} to A`));
  });

  it('is let in whatever the bounds, which then hold for others', () => {
    const scenario = given({ queuedMax: 1, usersMax: 1, namesMax: 1, queuedPerUser: 1 });
    restore(scenario, 'a', 0, { is: 'queued' });
    restore(scenario, 'b', 1, { is: 'queued' }, { options: { user: 'bob', name: 'U' } });
    restore(scenario, 'c', 2, { is: 'queued' }, { options: { user: 'bob', name: 'U' } });
    expect(scenario.scheduler.queued).toBe(3);
    expect(scenario.refusal()).toBe('QUEUE_FULL');
  });

  it('goes on with its attempts, failures and losses', () => {
    const scenario = given();
    scenario.hub('A');
    const counts = { attempt: 4, failures: 1, crashes: 2 };
    restore(scenario, 'a', 0, { is: 'queued' }, { ...counts, options: { rules: { maxAttempts: 3 } } });
    scenario.dispatch();
    expect(scenario.task('a')).toMatchObject({ attempt: 5, epoch: EPOCH });
    expect(scenario.end('a', 'failed')).toEqual(['drop the result of a', 'a waits again: failed']);
    scenario.dispatch();
    expect(scenario.release('a', 'worker-lost')).toEqual(['a is failed: quarantined']);
  });

  it('expires if its time went by meanwhile', () => {
    const scenario = given();
    restore(scenario, 'a', 0, { is: 'queued' }, { options: { rules: { deadlineMs: 500 } } });
    restore(scenario, 'b', 1, { is: 'delayed', notBefore: scenario.now - 1 });
    expect(scenario.advance(0)).toEqual(['a is expired: deadline', 'b has waited long enough']);
  });

  it('that had ended is kept for the rest of its time', () => {
    const scenario = given({ finishedTtlMs: 10_000, collectedTtlMs: 5_000 });
    const at = scenario.now - 4_000;
    const times = { dispatchedAt: at, startedAt: at, endedAt: at, keptSince: at };
    const end = { is: 'done', cause: 'done', ...times, worker: 'w', runMs: 3, resultBytes: 9 } as const;
    restore(scenario, 'kept', 0, { ...end, collected: false });
    restore(scenario, 'collected', 1, { ...end, collected: true });
    const failed = { ...end, is: 'failed', cause: 'quarantined', collected: true } as const;
    restore(scenario, 'failed', 2, failed, { options: { bytes: 70 }, attempt: 3 });
    expect(scenario.scheduler.retention).toMatchObject({ size: 3, resultBytes: 18, deadBytes: 79 });
    expect(scenario.advance(1_000)).toEqual(['forget collected']);
    expect(scenario.advance(5_000)).toEqual(['forget kept']);
    expect(scenario.task('failed')).toMatchObject({ cause: 'quarantined', runMs: 3, worker: 'w' });
    scenario.scheduler.rerun(scenario.task('failed'), scenario.now);
    expect(scenario.told()).toEqual(['drop the result of failed']);
    expect(scenario.task('failed').past).toMatchObject([{ attempt: 3, epoch: before, how: 'failed' }]);
  });
});

describe('a lease from before the restart', () => {
  it('is nobody’s until its hub says hello with it, and then goes on', () => {
    const scenario = given();
    restore(scenario, 'a', 0, running(scenario), { attempt: 2 });
    const hub = scenario.hub('A', { names: ['U'] }, { window: 2 });
    expect(scenario.dispatch()).toEqual([]);
    expect(scenario.isLeased(hub, 'a', { epoch: before })).toBe(false);
    expect(scenario.adopt(hub, 'a', { epoch: before, attempt: 2 })).toBe(true);
    expect(scenario.task('a').group).toBe(hub.groups[1]);
    expect(scenario.isLeased(hub, 'a', { epoch: before, attempt: 2 })).toBe(true);
    scenario.scheduler.endLimbo(scenario.now);
    expect(scenario.told()).toEqual([]);
    scenario.submit('b');
    scenario.submit('c');
    expect(scenario.dispatch()).toEqual(['dispatch b to A.1']);
  });

  it('is adopted once, under its own numbers, by a hub that runs such tasks', () => {
    const scenario = given();
    restore(scenario, 'a', 0, running(scenario), { attempt: 2 });
    const [hub, other, low] = [
      scenario.hub('A'),
      scenario.hub('B', { names: ['U'] }),
      scenario.hub('C', { max: -1 }),
    ];
    expect(scenario.adopt(hub, 'a', { epoch: before, attempt: 1 })).toBe(false);
    expect(scenario.adopt(hub, 'a', { epoch: EPOCH, attempt: 2 })).toBe(false);
    expect(scenario.adopt(other, 'a', { epoch: before, attempt: 2 })).toBe(false);
    expect(scenario.adopt(low, 'a', { epoch: before, attempt: 2 })).toBe(false);
    expect(scenario.adopt(hub, 'a', { epoch: before, attempt: 2 })).toBe(true);
    expect(scenario.adopt(hub, 'a', { epoch: before, attempt: 2 })).toBe(false);
  });

  it('goes on as well if the disk did not know that it was given, as long as nobody else has the task', () => {
    const scenario = given();
    const [hub, other] = [scenario.hub('A', { window: 1 }), scenario.hub('B', { window: 1 })];
    restore(scenario, 'a', 0, { is: 'queued' });
    scenario.submit('b');
    scenario.submit('c');
    expect(scenario.adopt(hub, 'a', { epoch: before, attempt: 2 })).toBe(false);
    expect(scenario.adopt(hub, 'a', { epoch: EPOCH, attempt: 1 })).toBe(false);
    expect(scenario.adopt(hub, 'a', { epoch: before, attempt: 1 })).toBe(true);
    expect(scenario.adopt(other, 'a', { epoch: before, attempt: 1 })).toBe(false);
    expect(scenario.isLeased(hub, 'a', { epoch: before, attempt: 1 })).toBe(true);
    // Of a task that was handed in again since, too: the one that ran was never acknowledged.
    expect(scenario.adopt(hub, 'b', { epoch: before, attempt: 1 })).toBe(true);
    expect(scenario.dispatch()).toEqual(['dispatch c to B']);
    expect(scenario.adopt(hub, 'c', { epoch: before, attempt: 2 })).toBe(false);
  });

  it('runs again when its hub has ended it as a life before wanted, which nobody remembers', () => {
    const scenario = given();
    restore(scenario, 'a', 0, running(scenario), { attempt: 1 });
    const hub = scenario.hub('A');
    expect(scenario.adopt(hub, 'a', { epoch: before, attempt: 1 })).toBe(true);
    scenario.scheduler.ended(scenario.task('a'), OutcomeStatus.cancelled, 1, 0, scenario.now);
    expect(scenario.told()).toEqual(['a waits again: interrupted']);
    expect(scenario.dispatch()).toEqual(['dispatch a to A']);
  });

  it('is over when its task was given again since', () => {
    const scenario = given();
    const [hub, other] = [scenario.hub('A', { window: 0 }), scenario.hub('B', { window: 1 })];
    restore(scenario, 'a', 0, { is: 'queued' });
    expect(scenario.dispatch()).toEqual(['dispatch a to B']);
    scenario.scheduler.release(scenario.task('a'), 'worker-lost', scenario.now);
    scenario.told();
    expect(scenario.task('a').attempt).toBe(1);
    expect(scenario.adopt(hub, 'a', { epoch: before, attempt: 2 })).toBe(false);
    expect(scenario.adopt(other, 'a', { epoch: before, attempt: 1 })).toBe(false);
  });

  it('goes to the group with the most free credit, never to one that wants nothing while another does', () => {
    const scenario = given();
    restore(scenario, 'a', 0, running(scenario), { attempt: 1 });
    restore(scenario, 'b', 1, running(scenario), { attempt: 1 });
    const hub = scenario.hub('A', { window: 0 }, { window: 1 });
    expect(scenario.adopt(hub, 'a', { epoch: before, attempt: 1 })).toBe(true);
    expect(scenario.task('a').group).toBe(hub.groups[1]);
    expect(scenario.adopt(hub, 'b', { epoch: before, attempt: 1 })).toBe(true);
    expect(scenario.task('b').group).toBe(hub.groups[0]);
  });

  it('is a loss of its hub when nobody claims it in time', () => {
    const scenario = given({ hubLossesMax: 2 });
    restore(scenario, 'lost', 0, running(scenario), { attempt: 1 });
    restore(scenario, 'once', 1, running(scenario), {
      attempt: 1,
      options: { rules: { onWorkerLoss: 'fail' } },
    });
    restore(scenario, 'often', 2, running(scenario), { attempt: 1, hubLosses: 1 });
    scenario.scheduler.endLimbo(scenario.now);
    expect(scenario.told()).toEqual([
      'often is failed: quarantined',
      'once is failed: worker-lost',
      'lost waits again: hub-lost',
    ]);
    scenario.hub('A');
    scenario.dispatch();
    expect(scenario.task('lost')).toMatchObject({ attempt: 2, epoch: EPOCH });
    expect(scenario.task('lost').past).toMatchObject([{ attempt: 1, epoch: before, hub: undefined }]);
  });

  it('can be cancelled, which waits for its hub or for the end of the limbo', () => {
    const scenario = given();
    restore(scenario, 'a', 0, running(scenario), { attempt: 1 });
    expect(scenario.cancel('a')).toEqual(['running', 'cancel a on .0']);
    scenario.scheduler.endLimbo(scenario.now);
    expect(scenario.told()).toEqual(['a is cancelled']);
  });
});

describe('very many restored tasks that had ended', () => {
  const count = 100_000;

  /** Those that were handed in last had ended first: nothing is as it must be kept. */
  function ended(scenario: Scenario, index: number): RestoredState {
    const endedAt = scenario.now - index;
    const never = {
      dispatchedAt: 0,
      startedAt: 0,
      runMs: 0,
      worker: undefined,
      resultBytes: 0,
      collected: false,
    };
    return { is: 'done', cause: 'done', endedAt, keptSince: endedAt, ...never };
  }

  it('come back in a time that grows with their number alone, and go in the order in which they ended', () => {
    const scenario = given({ finishedMax: count });
    for (let index = 0; index < count; index++) restore(scenario, `${index}`, index, ended(scenario, index));
    expect(scenario.scheduler.retention.size).toBe(count);
    restore(scenario, 'next', count, { is: 'queued' });
    scenario.hub('A');
    scenario.dispatch();
    expect(scenario.end('next')).toContain(`forget ${count - 1}`);
  });
});
