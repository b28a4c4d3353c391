import { Admission, OutcomeStatus, Verdict } from '@penstock/protocol';
import { checkInvariants } from '@penstock/scheduler';
import { describe, expect, it } from 'vitest';
import { engineFixture } from '../test/engine-fixture.js';

describe('a task on its way', () => {
  it('is accepted, dispatched, started, ended, pushed to its client, settled with its hub and collected', async () => {
    const { engine, client, hub, turn } = engineFixture();
    const john = client();
    const workers = hub();
    const taskId = john.submit('HELLO', { firstName: 'John' }, { userId: 'john' });
    await turn();
    expect(john.accepted()).toEqual([{ taskId, status: Admission.accepted, code: undefined }]);
    const [attempt] = workers.attempts();
    expect(attempt).toMatchObject({
      taskId,
      epoch: 7,
      attempt: 1,
      name: 'HELLO',
      payload: { firstName: 'John' },
    });
    if (attempt === undefined) return;
    workers.start(attempt);
    workers.end(attempt, 'Hello John');
    await turn();
    expect(john.results()).toEqual([
      { taskId, status: OutcomeStatus.done, attempt: 1, worker: 'worker_1', value: 'Hello John' },
    ]);
    expect(workers.settled()).toEqual([{ taskId, verdict: Verdict.accepted }]);
    expect(engine.clients.status([taskId])[0]).toMatchObject({
      state: 'done',
      progress: 100,
      worker: 'worker_1',
    });
    john.collect(taskId);
    expect(john.heard().openTasks).toBe(0);
    checkInvariants(engine.partition.scheduler);
  });

  it('is the same task when it is handed in again, and a conflict when its content differs', async () => {
    const { client, hub, turn } = engineFixture();
    const john = client();
    const taskId = john.submit('HELLO', 1);
    john.submit('HELLO', 1, { taskId });
    john.submit('HELLO', 2, { taskId });
    john.submit('BYE', 1, { taskId });
    await turn();
    expect(john.accepted().map(({ status, code }) => [status, code])).toEqual([
      [Admission.accepted, undefined],
      [Admission.known, undefined],
      [Admission.refused, 'ID_CONFLICT'],
      [Admission.refused, 'ID_CONFLICT'],
    ]);
    expect(hub().attempts()).toEqual([]);
    await turn();
    expect(john.heard().openTasks).toBe(1);
  });

  it('is pushed again to a client that hands it in once more after it has ended', async () => {
    const { client, hub, turn } = engineFixture();
    const john = client();
    const workers = hub();
    const taskId = john.submit('HELLO');
    await turn();
    for (const attempt of workers.attempts()) workers.end(attempt);
    await turn();
    expect(john.results()).toHaveLength(1);
    const later = client('another');
    later.submit('HELLO', null, { taskId });
    await turn();
    expect(later.results()).toMatchObject([{ taskId, status: OutcomeStatus.done, value: 'ok' }]);
  });

  it('is refused when its id does not carry the hash of its user', async () => {
    const { client, turn } = engineFixture();
    const john = client();
    const anonymous = john.submit('HELLO');
    john.submit('HELLO', null, {
      userId: 'john',
      taskId: `${anonymous.slice(0, 24)}aaaaaaaaaaaa` as typeof anonymous,
    });
    await turn();
    expect(john.accepted()[1]).toMatchObject({ status: Admission.refused, code: 'INVALID_TASK_ID' });
  });
});

describe('a dead task', () => {
  it('does not hold the frame of the batch that it came in, for all of the days that it is kept', async () => {
    const { engine, client, hub, turn } = engineFixture();
    const workers = hub([{ slots: 100, window: 100 }]);
    client().submitMany(Array.from({ length: 90 }, () => ({ name: 'HELLO', payload: 'y'.repeat(200) })));
    await turn();
    const attempts = workers.attempts();
    for (const [index, attempt] of attempts.entries()) {
      workers.end(attempt, { message: 'no' }, index === 45 ? OutcomeStatus.failed : OutcomeStatus.done);
    }
    await turn();
    const { payloads } = engine.partition;
    const dead = [...engine.partition.scheduler.table].filter(({ state }) => state === 'failed');
    expect(dead).toHaveLength(1);
    const [{ slot } = { slot: -1 }] = dead;
    expect(payloads.view(slot).byteLength).toBe(202);
    // What is left is a slab for such tasks, not the batch.
    expect(payloads.bytes(slot).buffer.byteLength).toBe(64 * 1024);
  });
});

describe('windows', () => {
  it('refuses what exceeds a client window until results are collected', async () => {
    const { client, hub, turn } = engineFixture({ queuedPerUser: 0 });
    const john = client();
    const ids = Array.from({ length: 101 }, () => john.submit('HELLO'));
    await turn();
    expect(john.accepted().at(-1)).toMatchObject({ taskId: ids[100], code: 'WINDOW_EXCEEDED' });
    const workers = hub();
    await turn();
    for (const attempt of workers.attempts()) workers.end(attempt);
    await turn();
    for (const { taskId } of john.results()) john.collect(taskId);
    john.submit('HELLO');
    await turn();
    expect(john.accepted().at(-1)).toMatchObject({ status: Admission.accepted });
  });
});

describe('a window', () => {
  it('opens again for results that were forgotten before they were collected', async () => {
    const { client, hub, turn } = engineFixture({ finishedMax: 1 });
    const john = client();
    const workers = hub([{ slots: 3, window: 3 }]);
    for (let task = 0; task < 3; task++) john.submit('HELLO');
    await turn();
    for (const attempt of workers.attempts()) workers.end(attempt);
    await turn();
    expect(john.results()).toHaveLength(3);
    expect(john.heard()).toMatchObject({ openTasks: 1, openBytes: 4 });
  });
});

describe('sessions', () => {
  it('lets a client that comes back wait again, and tells it what is not known', async () => {
    const { client, hub, turn } = engineFixture();
    const before = client('john');
    const taskId = before.submit('HELLO');
    const workers = hub();
    await turn();
    const stranger = '019ab2c4-5d6e-7abc-8def-0123456789ab';
    const after = client('john', [taskId, stranger]);
    expect(after.unknown).toEqual([stranger]);
    for (const attempt of workers.attempts()) workers.end(attempt);
    await turn();
    expect(after.results()).toHaveLength(1);
    expect(before.results()).toHaveLength(0);
  });

  it('does not know a session from another connection', () => {
    const { engine, client } = engineFixture();
    const { session } = client();
    expect(engine.clients.heard(session, Buffer.from('other'), 0)).toBeUndefined();
    expect(engine.clients.heard({ epoch: 6, number: 1 }, client().peer, 0)).toBeUndefined();
  });

  it('queues what a silent hub held, and settles its late outcome as refused', async () => {
    const { engine, clock, client, hub, turn, lines } = engineFixture();
    const john = client();
    const taskId = john.submit('HELLO');
    const first = hub([{}], 'first');
    await turn();
    const [attempt] = first.attempts();
    for (let second = 1; second <= 11; second++) {
      clock.now += 1_000;
      john.heard();
      await turn();
    }
    const second = hub([{ workers: ['worker_2'] }], 'second');
    await turn();
    expect(first.events().map(({ pattern }) => pattern)).toContain('session.ended');
    expect(lines).toContain('LB - Worker worker_1 is DOWN. Removing it');
    expect(second.attempts()).toMatchObject([{ taskId, attempt: 2 }]);
    const back = hub([{}], 'first', [{ taskId, epoch: 7, attempt: 1 }]);
    expect(back.revoked).toEqual([{ taskId, epoch: 7, attempt: 1 }]);
    if (attempt !== undefined) back.end(attempt, 'late');
    await turn();
    expect(back.settled()).toEqual([{ taskId, verdict: Verdict.refused }]);
    expect(john.results()).toEqual([]);
    checkInvariants(engine.partition.scheduler);
  });

  it('does not hold the time against peers in which the balancer itself stood still', async () => {
    const { engine, clock, hub, turn } = engineFixture();
    hub();
    await turn();
    clock.now += 60_000;
    await turn();
    expect(engine.openHubs()).toHaveLength(1);
  });

  it('gives a hub whose connection broke nothing new, and its leases back when it returns in time', async () => {
    const { engine, client, hub, turn } = engineFixture();
    const john = client();
    const taskId = john.submit('HELLO');
    const before = hub([{ slots: 2, window: 2 }], 'same');
    await turn();
    const [attempt] = before.attempts();
    engine.onHubUnreachable(before.peer);
    john.submit('HELLO');
    await turn();
    expect(before.attempts()).toEqual([]);
    const after = hub([{ slots: 2, window: 2 }], 'same', [{ taskId, epoch: 7, attempt: 1 }]);
    expect(after.revoked).toEqual([]);
    await turn();
    expect(after.attempts()).toMatchObject([{ attempt: 1 }]);
    if (attempt !== undefined) after.end(attempt);
    await turn();
    expect(john.results()).toMatchObject([{ taskId, attempt: 1, status: OutcomeStatus.done }]);
  });

  it('dispatches again, under a new attempt number, what was lost on the way to a hub', async () => {
    const { client, hub, turn } = engineFixture();
    const taskId = client().submit('HELLO');
    const before = hub([{}], 'same');
    await turn();
    expect(before.attempts()).toHaveLength(1);
    const after = hub([{}], 'same', []);
    await turn();
    expect(after.attempts()).toMatchObject([{ taskId, attempt: 2 }]);
  });

  it('settles the attempts that died with a worker, so that their hub need not tell them again', async () => {
    const { engine, client, hub, turn } = engineFixture();
    const taskId = client().submit('HELLO');
    const under = hub();
    await turn();
    const lost = { leases: [{ taskId, epoch: 7, attempt: 1 }], reason: 'killed', charged: true };
    engine.hubs.lost(under.heard(), lost, engine.now());
    await turn();
    expect(under.settled()).toEqual([{ taskId, verdict: Verdict.accepted }]);
    engine.hubs.lost(under.heard(), lost, engine.now());
    await turn();
    expect(under.settled()).toEqual([{ taskId, verdict: Verdict.refused }]);
    expect(under.attempts().map(({ attempt }) => attempt)).toEqual([1, 2]);
  });

  it('says goodbye: what a leaving hub held goes elsewhere at once', async () => {
    const { engine, client, hub, turn } = engineFixture();
    const taskId = client().submit('HELLO');
    const leaving = hub();
    await turn();
    const staying = hub([{ workers: ['worker_2'] }]);
    engine.hubs.goodbye(leaving.heard(), 'it stops', engine.now());
    await turn();
    expect(staying.attempts()).toMatchObject([{ taskId, attempt: 2 }]);
  });
});

describe('a hub that was found dead', () => {
  it('loses its session and its leases at once, whatever it says when it wakes', async () => {
    const { engine, client, hub, lines, turn } = engineFixture();
    const john = client();
    const dead = hub([{}], 'dead');
    const taskId = john.submit('HELLO');
    await turn();
    const [late] = dead.attempts();
    const alive = hub([{}], 'alive');
    const down = { session: dead.session, incarnation: 'dead', reason: '4 probes missed' };
    expect(engine.hubs.down(down, engine.now())).toBe(true);
    await turn();
    expect(lines).toContain('LB - HUB dead IS GONE: it was found dead: 4 probes missed');
    expect(dead.events()).toContainEqual({
      pattern: 'session.ended',
      data: { reason: 'it was found dead: 4 probes missed' },
    });
    const [attempt] = alive.attempts();
    expect(attempt).toMatchObject({ taskId, attempt: 2 });
    expect(engine.hubs.heard(dead.session, dead.peer, engine.now())).toBeUndefined();
    const back = hub([{}], 'dead', late === undefined ? [] : [late]);
    expect(back.revoked).toMatchObject([{ taskId, attempt: 1 }]);
    if (late !== undefined) back.end(late, 'late');
    if (attempt !== undefined) alive.end(attempt, 'in time');
    await turn();
    expect(john.results()).toMatchObject([{ taskId, attempt: 2, value: 'in time' }]);
    expect(back.settled()).toEqual([{ taskId, verdict: Verdict.refused }]);
    expect(engine.partition.scheduler.refusedLeases).toBeGreaterThan(0);
    checkInvariants(engine.partition.scheduler);
  });

  it('is left alone in the session that it has opened since', () => {
    const { engine, hub } = engineFixture();
    const before = hub([{}], 'same');
    const now = hub([{}], 'same');
    const reason = 'probes missed';
    expect(engine.hubs.down({ session: before.session, incarnation: 'same', reason }, engine.now())).toBe(
      false,
    );
    expect(engine.hubs.down({ session: now.session, incarnation: 'other', reason }, engine.now())).toBe(
      false,
    );
    expect(engine.openHubs()).toHaveLength(1);
  });
});

describe('cancelling', () => {
  it('ends a queued task at once and tells its client', async () => {
    const { engine, client, turn } = engineFixture();
    const john = client();
    const taskId = john.submit('HELLO');
    expect(engine.clients.cancel(taskId, engine.now())).toEqual({
      taskId,
      from: 'queued',
      state: 'cancelled',
    });
    await turn();
    expect(john.results()).toMatchObject([{ taskId, status: OutcomeStatus.cancelled, attempt: 0 }]);
  });

  it('asks the hub of a running task, and ends it with what the hub says', async () => {
    const { engine, client, hub, turn } = engineFixture();
    const john = client();
    const taskId = john.submit('HELLO');
    const workers = hub();
    await turn();
    const [attempt] = workers.attempts();
    expect(engine.clients.cancel(taskId, engine.now())).toEqual({
      taskId,
      from: 'running',
      state: 'running',
    });
    await turn();
    expect(workers.events()).toContainEqual({
      pattern: 'hub.cancel',
      data: { taskId, epoch: 7, attempt: 1 },
    });
    if (attempt !== undefined) workers.end(attempt, null, OutcomeStatus.cancelled);
    await turn();
    expect(john.results()).toMatchObject([{ taskId, status: OutcomeStatus.cancelled }]);
  });

  it('reaches a hub that was away when it was asked for', async () => {
    const { engine, client, hub, turn } = engineFixture();
    const taskId = client().submit('HELLO');
    const before = hub([{}], 'same');
    await turn();
    engine.onHubUnreachable(before.peer);
    engine.clients.cancel(taskId, engine.now());
    const after = hub([{}], 'same', [{ taskId, epoch: 7, attempt: 1 }]);
    // Not before the welcome is out: until then the hub has no session to hear it in.
    expect(after.events()).toEqual([]);
    await turn();
    expect(after.events()).toEqual([{ pattern: 'hub.cancel', data: { taskId, epoch: 7, attempt: 1 } }]);
  });

  it('drops the result of one that has ended', async () => {
    const { engine, client, hub, turn } = engineFixture();
    const taskId = client().submit('HELLO');
    const workers = hub();
    await turn();
    for (const attempt of workers.attempts()) workers.end(attempt);
    expect(engine.clients.cancel(taskId, engine.now())).toEqual({ taskId, from: 'finished', state: 'done' });
    expect(engine.partition.scheduler.retention.resultBytes).toBe(0);
  });

  it('lets nobody take a result that was dropped for an empty one', async () => {
    const { engine, client, hub, turn } = engineFixture();
    const taskId = client('same').submit('HELLO');
    const workers = hub();
    await turn();
    for (const attempt of workers.attempts()) workers.end(attempt);
    await turn();
    engine.clients.cancel(taskId, engine.now());
    const again = client('same', [taskId]);
    await turn();
    expect(again.results()).toMatchObject([{ taskId, status: OutcomeStatus.cancelled, value: undefined }]);
  });
});

describe('progress', () => {
  it('reaches those who watch, and nobody else', async () => {
    const { engine, client, hub, turn } = engineFixture();
    const john = client('john');
    const jane = client('jane');
    const taskId = john.submit('HELLO');
    engine.clients.watch(john.heard(), [taskId]);
    const workers = hub();
    await turn();
    for (const { epoch, attempt } of workers.attempts()) {
      engine.hubs.progress(workers.heard(), { taskId, epoch, attempt, progress: 40 });
    }
    await turn();
    expect(john.events()).toEqual([{ pattern: 'task.progress', data: { taskId, progress: 40 } }]);
    expect(jane.events()).toEqual([]);
    expect(engine.clients.status([taskId])[0]?.progress).toBe(40);
  });
});

describe('what waits', () => {
  it('says why: no worker knows the name, or none takes the priority', async () => {
    const { engine, client, hub, turn } = engineFixture();
    const john = client();
    const unknown = john.submit('NOBODY');
    const tooLow = john.submit('HELLO', null, { priority: -1 });
    hub([{ minPriority: 0, maxPriority: 9 }]);
    await turn();
    const reasons = engine.clients.status([unknown, tooLow]).map(({ waitingFor }) => waitingFor);
    expect(reasons).toEqual([
      'no worker knows the task NOBODY',
      'no worker that knows HELLO takes priority -1',
    ]);
  });
});

describe('a client that does not collect', () => {
  /** A value whose JSON has 400,000 bytes: two of them fit into the window of the fixture's clients, three do not. */
  const large = 'x'.repeat(399_998);

  async function threeDone() {
    const fixture = engineFixture();
    const john = fixture.client('john');
    const ids = [1, 2, 3].map(() => john.submit('HELLO'));
    const workers = fixture.hub([{ window: 3 }]);
    await fixture.turn();
    for (const attempt of workers.attempts()) workers.end(attempt, large);
    await fixture.turn();
    return { ...fixture, john, ids };
  }

  it('gets no more results than its window has bytes, and the others as it collects', async () => {
    const { john, ids, turn } = await threeDone();
    expect(john.results().map(({ taskId }) => taskId)).toEqual(ids.slice(0, 2));
    for (const taskId of ids.slice(0, 1)) john.collect(taskId);
    await turn();
    expect(john.results().map(({ taskId }) => taskId)).toEqual(ids.slice(2));
  });

  it('gets what was held back when it says hello again', async () => {
    const { client, ids, turn } = await threeDone();
    const again = client('john', ids);
    await turn();
    for (const { taskId } of again.results()) again.collect(taskId);
    await turn();
    expect(again.results().map(({ taskId }) => taskId)).toEqual(ids.slice(2));
  });

  it('has no session any more once its connection takes nothing more', async () => {
    const { engine, john, turn } = await threeDone();
    engine.onClientStuck(john.peer);
    await turn();
    expect(engine.clientCount).toBe(0);
    expect(engine.clients.heard(john.session, john.peer, engine.now())).toBeUndefined();
  });
});
