import { Admission, OutcomeStatus, Verdict } from '@penstock/protocol';
import { checkInvariants } from '@penstock/scheduler';
import { describe, expect, it } from 'vitest';
import { durableFixture } from '../test/durable-fixture.js';

const { accepted, known } = Admission;

describe('what must not be unsaid', () => {
  it('is an acknowledgement: it waits for the disk, while the task does not', async () => {
    const { start, sync } = durableFixture();
    const { client, hub, turn } = await start();
    const workers = hub();
    const john = client();
    const taskId = john.submit('HELLO');
    await turn();
    expect(workers.attempts()).toMatchObject([{ taskId, attempt: 1 }]);
    expect(john.accepted()).toEqual([]);
    await sync();
    expect(john.accepted()).toEqual([{ taskId, status: accepted, code: undefined, durability: 'disk' }]);
  });

  it('is a result, and that its hub may forget the outcome', async () => {
    const { start, sync } = durableFixture();
    const { client, hub, turn } = await start();
    const workers = hub();
    const john = client();
    const taskId = john.submit('HELLO');
    await turn();
    await sync();
    for (const attempt of workers.attempts()) workers.end(attempt, 'Hello');
    await turn();
    expect([john.results(), workers.settled()]).toEqual([[], []]);
    await sync();
    expect(john.results()).toMatchObject([{ taskId, value: 'Hello' }]);
    expect(workers.settled()).toEqual([{ taskId, verdict: Verdict.accepted }]);
  });

  it('is not what is said of tasks in memory', async () => {
    const { start } = durableFixture();
    const { client, hub, turn } = await start();
    const workers = hub();
    const john = client();
    const taskId = john.submit('HELLO', null, { rules: { durability: 'memory' } });
    await turn();
    expect(john.accepted()).toEqual([{ taskId, status: accepted, code: undefined }]);
    for (const attempt of workers.attempts()) workers.end(attempt);
    await turn();
    expect(john.results()).toMatchObject([{ taskId, status: OutcomeStatus.done }]);
    expect(workers.settled()).toHaveLength(1);
  });

  it('is the start of a task that may start only once', async () => {
    const { start, sync } = durableFixture();
    const { client, hub, turn } = await start();
    const workers = hub();
    client().submit('HELLO', null, { rules: { onWorkerLoss: 'fail' } });
    await turn();
    expect(workers.attempts()).toEqual([]);
    await sync();
    expect(workers.attempts()).toHaveLength(1);
  });
});

describe('an engine that is stopped while the disk is full', () => {
  it('does not wait for room: what it has not acknowledged it drops, and what it has is there', async () => {
    const { disk, start, sync, crash } = durableFixture();
    const life = await start();
    const john = life.client();
    const kept = john.submit('HELLO');
    await life.turn();
    await sync();
    disk.isFull = true;
    const unsaid = john.submit('HELLO', 'x'.repeat(500_000));
    await life.turn();
    expect(john.accepted().map(({ taskId }) => taskId)).toEqual([kept]);
    await life.engine.stop();
    expect(life.lines).toContain(
      'LB - STOPPED WHILE THE DISK IS FULL: what was not acknowledged is not kept',
    );
    disk.isFull = false;
    const after = await crash(life);
    expect(after.engine.clients.status([kept, unsaid])).toMatchObject([{ taskId: kept }]);
  });
});

describe('after a crash', () => {
  it('what was acknowledged is there, in its order, and what was not may be handed in again', async () => {
    const { start, sync, crash } = durableFixture({}, 7);
    const before = await start();
    const john = before.client();
    const first = john.submit('HELLO', 1, { priority: 1 });
    const second = john.submit('HELLO', 2, { priority: 1 });
    await before.turn();
    await sync();
    expect(john.accepted()).toHaveLength(2);
    const after = await crash(before);
    expect(after.recovered.tasks).toBe(2);
    expect(after.epoch).toBe(before.epoch + 1);
    const again = after.client('client-again', [second]);
    expect(again.unknown).toEqual([]);
    again.submit('HELLO', 1, { taskId: first, priority: 1 });
    const third = again.submit('HELLO', 3, { priority: 1 });
    await after.turn();
    await sync();
    expect(again.accepted().map(({ taskId, status }) => [taskId, status])).toEqual([
      [first, known],
      [third, accepted],
    ]);
    const workers = after.hub([{ slots: 3, window: 3 }]);
    await after.turn();
    expect(workers.attempts().map(({ payload }) => payload)).toEqual([1, 2, 3]);
    checkInvariants(after.engine.partition.scheduler);
  });

  it('hubs come back with what they run: it is not run twice, and its outcome counts', async () => {
    const { start, sync, crash } = durableFixture();
    const before = await start();
    const taskId = before.client().submit('HELLO');
    const workers = before.hub([{}], 'the-hub');
    await before.turn();
    await sync();
    const [attempt] = workers.attempts();
    if (attempt === undefined) throw new Error('the task was not handed out');
    const after = await crash(before);
    const john = after.client('client-again', [taskId]);
    const others = after.hub([{}], 'another');
    await after.turn();
    expect(others.attempts()).toEqual([]);
    const back = after.hub([{}], 'the-hub', [attempt]);
    expect(back.revoked).toEqual([]);
    back.end(attempt, 'from the life before');
    await after.turn();
    await sync();
    expect(john.results()).toMatchObject([{ taskId, value: 'from the life before' }]);
    expect(back.settled()).toEqual([{ taskId, verdict: Verdict.accepted }]);
    checkInvariants(after.engine.partition.scheduler);
  });

  it('hubs that do not come back within the window lose what they had, under a new attempt', async () => {
    const { start, sync, crash } = durableFixture();
    const before = await start();
    const taskId = before.client().submit('HELLO');
    before.hub([{}], 'the-hub');
    await before.turn();
    await sync();
    const after = await crash(before);
    const others = after.hub([{}], 'another');
    after.clock.now += 9_999;
    others.heard();
    await after.turn();
    expect(others.attempts()).toEqual([]);
    after.clock.now += 1;
    await after.turn();
    const [attempt] = others.attempts();
    expect(attempt).toMatchObject({ taskId, attempt: 2, epoch: after.epoch });
    const late = after.hub([{}], 'the-hub', [{ taskId, epoch: before.epoch, attempt: 1 }]);
    expect(late.revoked).toMatchObject([{ taskId, attempt: 1 }]);
  });

  /** Lives of an engine, of which the first has handed a task out and died before the disk knew it. */
  const handedOutUnknown = async () => {
    const fixture = durableFixture();
    const { disk, start, sync } = fixture;
    const before = await start();
    const taskId = before.client().submit('HELLO');
    await before.turn();
    await sync();
    disk.isFull = true; // so that nothing of this comes to it
    const workers = before.hub([{}], 'the-hub');
    await before.turn();
    const [attempt] = workers.attempts();
    if (attempt === undefined) throw new Error('the task was not handed out');
    disk.isFull = false;
    return { ...fixture, before, taskId, attempt };
  };

  it('what the disk did not know to be handed out goes on where it is, if that hub is back in time', async () => {
    const { sync, crash, before, taskId, attempt } = await handedOutUnknown();
    const after = await crash(before);
    const john = after.client('client-again', [taskId]);
    const back = after.hub([{}], 'the-hub', [attempt]);
    expect(back.revoked).toEqual([]);
    const others = after.hub([{}], 'another');
    await after.turn();
    expect(others.attempts()).toEqual([]);
    await sync();
    // Nor does the disk forget it now.
    const last = await crash(after);
    const again = last.client('client-again', [taskId]);
    const elsewhere = last.hub([{}], 'another');
    await last.turn();
    expect(elsewhere.attempts()).toEqual([]);
    const hub = last.hub([{}], 'the-hub', [attempt]);
    hub.end(attempt, 'from two lives before');
    await last.turn();
    await sync();
    expect(john.results()).toEqual([]);
    expect(again.results()).toMatchObject([{ taskId, attempt: 1, value: 'from two lives before' }]);
    expect(hub.settled()).toEqual([{ taskId, verdict: Verdict.accepted }]);
    checkInvariants(last.engine.partition.scheduler);
  });

  it('what the disk did not know to be handed out may go out again, and whoever had it must end it', async () => {
    const { sync, crash, before, taskId, attempt } = await handedOutUnknown();
    const after = await crash(before);
    const others = after.hub([{}], 'another');
    await after.turn();
    expect(others.attempts()).toMatchObject([{ taskId, attempt: 1, epoch: after.epoch }]);
    const back = after.hub([{}], 'the-hub', [attempt]);
    expect(back.revoked).toMatchObject([{ taskId, attempt: 1, epoch: before.epoch }]);
    back.end(attempt, 'too late');
    await after.turn();
    await sync();
    expect(back.settled()).toEqual([{ taskId, verdict: Verdict.refused }]);
    checkInvariants(after.engine.partition.scheduler);
  });

  it('a task that may start only once and was handed out is not started again', async () => {
    const { start, sync, crash } = durableFixture();
    const before = await start();
    const taskId = before.client().submit('HELLO', null, { rules: { onWorkerLoss: 'fail' } });
    before.hub();
    await before.turn();
    await sync();
    const after = await crash(before);
    const john = after.client('client-again', [taskId]);
    after.hub([{}], 'another');
    after.clock.now += 10_000;
    john.heard();
    await after.turn();
    await sync();
    expect(john.results()).toMatchObject([
      { taskId, status: OutcomeStatus.failed, value: { code: 'WORKER_LOST' } },
    ]);
  });

  it('a task that its deadline ends while it runs has expired, and was not cancelled', async () => {
    const { start, sync, crash } = durableFixture();
    const before = await start();
    const taskId = before.client().submit('HELLO', null, { rules: { deadlineMs: 500 } });
    const workers = before.hub([{}], 'the-hub');
    await before.turn();
    await sync();
    const [attempt] = workers.attempts();
    if (attempt === undefined) throw new Error('the task was not handed out');
    before.clock.now += 1_000;
    await before.turn();
    await sync();
    expect(workers.events()).toMatchObject([{ pattern: 'hub.cancel', data: { taskId } }]);
    const after = await crash(before);
    await after.turn();
    const back = after.hub([{}], 'the-hub', [attempt]);
    back.end(attempt, null, OutcomeStatus.cancelled);
    await after.turn();
    expect(after.engine.clients.status([taskId])).toMatchObject([{ state: 'expired', cause: 'deadline' }]);
  });

  it('results are there for clients that come back', async () => {
    const { start, sync, crash } = durableFixture();
    const before = await start();
    const taskId = before.client().submit('HELLO');
    const workers = before.hub();
    await before.turn();
    for (const attempt of workers.attempts()) workers.end(attempt, { some: 'result' });
    await before.turn();
    await sync();
    const after = await crash(before);
    const john = after.client('client-again', [taskId]);
    await after.turn();
    expect(john.results()).toMatchObject([{ taskId, value: { some: 'result' }, worker: 'worker_1' }]);
    expect(after.engine.clients.status([taskId])[0]).toMatchObject({
      state: 'done',
      attempt: 1,
      progress: 100,
    });
  });

  it('a result is there although a cancel came too late for its task', async () => {
    const { start, sync, crash } = durableFixture();
    const before = await start();
    const taskId = before.client().submit('HELLO');
    const workers = before.hub();
    await before.turn();
    before.engine.clients.cancel(taskId, before.clock.now);
    await before.turn();
    for (const attempt of workers.attempts()) workers.end(attempt, { some: 'result' });
    await before.turn();
    await sync();
    const after = await crash(before);
    const john = after.client('client-again', [taskId]);
    await after.turn();
    expect(john.results()).toMatchObject([{ taskId, status: OutcomeStatus.done, value: { some: 'result' } }]);
  });

  it('tasks are as they were: cancelled, failed, waiting for their next attempt or their time', async () => {
    const { start, sync, crash } = durableFixture();
    const before = await start();
    const john = before.client();
    const cancelled = john.submit('other');
    before.engine.clients.cancel(cancelled, before.clock.now);
    const backoff = { kind: 'fixed', delayMs: 60_000, maxDelayMs: 60_000 } as const;
    const retried = john.submit('HELLO', 'retried', { rules: { maxAttempts: 2, backoff } });
    const failed = john.submit('HELLO', 'failed');
    const delayed = john.submit('HELLO', 'delayed', { rules: { delayMs: 50_000 } });
    const workers = before.hub([{ slots: 9, window: 9 }]);
    await before.turn();
    for (const attempt of workers.attempts()) {
      workers.end(attempt, { name: 'Error', message: `no ${String(attempt.payload)}` }, OutcomeStatus.failed);
    }
    await before.turn();
    await sync();
    const after = await crash(before, 1_000);
    expect(
      after.engine.clients
        .status([cancelled, retried, failed, delayed])
        .map(({ state, failures, notBefore }) => [state, failures, notBefore]),
    ).toMatchObject([
      ['cancelled', undefined, undefined],
      ['delayed', 1, 1_700_000_061_000],
      ['failed', undefined, undefined],
      ['delayed', undefined, 1_700_000_051_000],
    ]);
    const again = after.client('client-again', [failed]);
    const others = after.hub([{ slots: 9, window: 9 }]);
    await after.turn();
    expect(again.results()).toMatchObject([{ taskId: failed, value: { message: 'no failed' } }]);
    after.clock.now += 49_000;
    others.heard();
    await after.turn();
    expect(others.attempts()).toMatchObject([{ taskId: delayed, attempt: 1 }]);
    after.clock.now += 10_000;
    await after.turn();
    expect(others.attempts()).toMatchObject([{ taskId: retried, attempt: 2 }]);
    checkInvariants(after.engine.partition.scheduler);
  });

  it('what was forgotten stays forgotten, though others of its batch live', async () => {
    const { start, sync, crash } = durableFixture({ finishedMax: 1 });
    const before = await start();
    const john = before.client();
    const workers = before.hub([{ tasks: ['HELLO'], slots: 9, window: 9 }]);
    const ids = ['HELLO', 'other', 'HELLO'].map((name) => john.submit(name));
    await before.turn();
    for (const attempt of workers.attempts()) workers.end(attempt);
    await before.turn();
    await sync();
    const after = await crash(before);
    expect(after.client('again', ids).unknown).toEqual([ids[0]]);
    checkInvariants(after.engine.partition.scheduler);
  });

  it.each([
    ['while it runs', 86_400_000, 0],
    ['back, while it is down', 0, -86_400_000],
  ])('the ages of tasks are true although the clock is set %s', async (_when, running, down) => {
    const { start, sync, crash } = durableFixture({ queuedTtlMs: 10_000 });
    const before = await start();
    const old = before.client().submit('other', 'old');
    before.clock.now += 5_000;
    before.clock.wallStepMs = running;
    const young = before.client().submit('other', 'young');
    await before.turn();
    await sync();
    const after = await crash(before, 1_000, down - running);
    const states = () => after.engine.clients.status([old, young]).map(({ state }) => state);
    const waiting = after.client('again', [young]);
    after.clock.now += 6_500;
    waiting.heard();
    await after.turn();
    expect(states()).toEqual(['expired', 'queued']);
    after.clock.now += 5_000;
    await after.turn();
    expect(states()).toEqual(['expired', 'expired']);
  });

  it.each([
    ['forth', 86_400_000],
    ['back', -86_400_000],
  ])('so they are although it is set %s after the last that is on the disk', async (_when, setByMs) => {
    const { start, sync, kill } = durableFixture({ queuedTtlMs: 10_000 });
    const before = await start();
    const taskId = before.client().submit('other', 'waits');
    await before.turn();
    await sync();
    before.clock.wallStepMs = setByMs;
    // More than once: what told of the machine's run is still there.
    const after = await kill(await kill(before, 1_000), 1_000);
    const state = () => after.engine.clients.status([taskId])[0]?.state;
    const waiting = after.client('again', [taskId]);
    after.clock.now += 7_900;
    waiting.heard();
    await after.turn();
    expect(state()).toBe('queued');
    after.clock.now += 1_200;
    await after.turn();
    expect(state()).toBe('expired');
  });

  it('an idempotency key still stands for its task', async () => {
    const { start, sync, crash } = durableFixture();
    const before = await start();
    const rules = { idempotencyKey: 'order 17' };
    before.client().submit('HELLO', 17, { rules });
    await before.turn();
    await sync();
    const after = await crash(before);
    const again = after.client('again');
    again.submit('HELLO', 17, { rules });
    again.submit('HELLO', 18, { rules });
    await after.turn();
    await sync();
    expect(again.accepted()).toMatchObject([
      { status: Admission.refused, code: 'KEY_CONFLICT' },
      { status: known },
    ]);
    expect(after.engine.partition.scheduler.queued).toBe(1);
  });

  it('and so it does when the task is done, for all of its time, however its contents were written anew', async () => {
    const { start, sync, crash } = durableFixture({ collectedTtlMs: 1, finishedTtlMs: 1_000 });
    const before = await start();
    const rules = { idempotencyKey: 'order 17' };
    const workers = before.hub([{ slots: 100, window: 100 }], 'the-hub');
    const work = async (john: ReturnType<typeof before.client>): Promise<void> => {
      await before.turn();
      for (const attempt of workers.attempts()) workers.end(attempt);
      await before.turn();
      await sync();
      for (const { taskId } of john.results()) john.collect(taskId);
      before.clock.now += 10;
    };
    const john = before.client();
    const others = Array.from({ length: 90 }, () => ({ name: 'HELLO', payload: 'y'.repeat(200) }));
    const [taskId] = john.submitMany([{ name: 'HELLO', payload: 17, rules }, ...others]);
    await work(john);
    for (let count = 0; count < 300; count++) {
      john.submitMany([{ name: 'HELLO', payload: 'y' }]);
      await work(john);
    }
    let life = before;
    for (let lives = 0; lives < 2; lives++) {
      life = await crash(life);
      life.clock.now += 60_000;
      await life.turn();
      await sync();
    }
    const again = life.client('again');
    const second = again.submit('HELLO', 17, { rules });
    await life.turn();
    await sync();
    expect(again.accepted()).toMatchObject([{ taskId: second, code: undefined, durability: 'disk' }]);
    expect(life.engine.partition.scheduler.queued).toBe(0);
    expect(life.engine.clients.status([taskId ?? 'none'])).toMatchObject([{ state: 'done' }]);
  });
});
