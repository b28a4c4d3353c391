import {
  encodeEnvelope,
  isCall,
  isErrorCode,
  Kind,
  NO_SESSION,
  OutcomeStatus,
  OutcomeWriter,
  Pattern,
  PROTOCOL_VERSION,
  type SessionId,
} from '@penstock/protocol';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { runBalancer, type RunningBalancer } from '../../test/running-balancer.js';
import { ScriptedHub } from '../../test/scripted-hub.js';
import { head, Stranger, submission } from '../../test/stranger.js';
import { Engine } from '@penstock/engine';

let balancer: RunningBalancer;
let hub: ScriptedHub;

beforeAll(async () => {
  balancer = await runBalancer();
  hub = await new ScriptedHub(balancer.hubs, {}, () => 'served').ready();
});

afterAll(async () => {
  hub.close();
  await balancer.stop();
});

/** Whether the balancer still does its work. */
async function serves(): Promise<void> {
  const response = await fetch(`${balancer.url}/api/tasks?wait=10s`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ name: 'HELLO', payload: null }),
  });
  expect(await response.json()).toMatchObject({ state: 'done', result: 'served' });
}

describe.each(['clients', 'hubs', 'control'] as const)('the port of %s', (port) => {
  it('answers what is no message of ours, or of another version, with a typed error', async () => {
    const stranger = new Stranger(balancer[port]).say(Buffer.from('GET / HTTP/1.1'));
    expect(await stranger.hearsError()).toBe('MALFORMED_FRAME');
    stranger.close();
    const future = head(Kind.envelope);
    future[4] = 9;
    const newer = new Stranger(balancer[port]).say(future);
    expect(await newer.hearsError()).toBe('UNSUPPORTED_VERSION');
    newer.close();
  });

  it('answers an unknown call and an unknown kind with typed errors', async () => {
    const stranger = new Stranger(balancer[port]);
    stranger.say(encodeEnvelope({ pattern: 'no.such.thing', id: '1', data: {} }));
    const reply = await stranger.hears((heard) => !isCall(heard) && heard.id === '1');
    expect(reply).toMatchObject({ err: { code: 'UNKNOWN_PATTERN' }, isDisposed: true });
    stranger.say(head(200));
    expect(await stranger.hearsError()).toBe('UNKNOWN_KIND');
    stranger.close();
  });

  it('does not let a control message reach the handler of a batch', async () => {
    const stranger = new Stranger(balancer[port]);
    for (const kind of ['submit', 'collected', 'started', 'outcome']) {
      stranger.say(encodeEnvelope({ pattern: `batch.${kind}`, id: kind, data: ['frames'] }));
      const reply = await stranger.hears((heard) => !isCall(heard) && heard.id === kind);
      expect(reply).toMatchObject({ err: { code: 'UNKNOWN_PATTERN' } });
    }
    stranger.close();
  });

  it('goes on serving whatever it is sent', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.array(fc.uint8Array({ maxLength: 200 }), { minLength: 1, maxLength: 4 }), {
          maxLength: 20,
        }),
        fc.integer({ min: 0, max: 255 }),
        fc.json(),
        async (messages, kind, json) => {
          const stranger = new Stranger(balancer[port]);
          for (const frames of messages) stranger.say(...frames);
          for (const [body = new Uint8Array()] of messages)
            stranger.say(Buffer.concat([head(kind, { count: 3 }), body]));
          stranger.say(Buffer.concat([head(Kind.envelope), Buffer.from(json)]));
          stranger.say(encodeEnvelope({ pattern: 'sentinel', id: 'sentinel', data: {} }));
          await stranger.hears((heard) => !isCall(heard) && heard.id === 'sentinel');
          stranger.close();
        },
      ),
      { numRuns: 60 },
    );
    await serves();
  });
});

describe('hellos', () => {
  it.each([
    ['no object', 'hi'],
    [
      'another protocol version',
      { protocol: 9, incarnation: 'a', host: 'h', pid: 1, role: 'client', waiting: [] },
    ],
    ['another role', { protocol: 1, incarnation: 'a', host: 'h', pid: 1, role: 'hub', waiting: [] }],
    [
      'ids that are none',
      { protocol: 1, incarnation: 'a', host: 'h', pid: 1, role: 'client', waiting: ['x'] },
    ],
    [
      'too many ids',
      { protocol: 1, incarnation: 'a', host: 'h', pid: 1, role: 'client', waiting: Array(20_000).fill('x') },
    ],
  ])('with %s get a typed error', async (_, data) => {
    const stranger = new Stranger(balancer.clients).say(
      encodeEnvelope({ pattern: Pattern.clientHello, id: '1', data }),
    );
    const reply = (await stranger.hears((heard) => !isCall(heard) && heard.id === '1')) as {
      err: { code: unknown };
    };
    expect(isErrorCode(reply.err.code)).toBe(true);
    stranger.close();
    await serves();
  });
});

describe('sessions', () => {
  it('are asked for by whoever names none, or that of somebody else', async () => {
    const owner = new Stranger(balancer.clients);
    const session = await owner.opens();
    for (const named of [NO_SESSION, session, { epoch: 1, number: 1 }]) {
      const thief = new Stranger(balancer.clients).say(submission(named));
      const notice = await thief.hears((heard) => isCall(heard) && heard.pattern === Pattern.sessionUnknown);
      expect(isCall(notice)).toBe(true);
      thief.close();
    }
    owner.close();
  });

  it('refuse task by task what is not valid, and take the rest', async () => {
    const client = new Stranger(balancer.clients);
    const session = await client.opens();
    const { scheduler } = balancer.app.get(Engine).partition;
    const before = scheduler.table.size;
    client.say(submission(session, 'HELLO', Number.NaN));
    client.say(submission(session, 'HELLO', Number.POSITIVE_INFINITY));
    client.say(submission(session, ''));
    client.say(submission(session, 'x'.repeat(129)));
    client.say(submission(session, 'HELLO'));
    client.say(
      encodeEnvelope({ pattern: Pattern.clientStatus, id: 'after', data: { taskIds: [] } }, session),
    );
    await client.hears((heard) => !isCall(heard) && heard.id === 'after');
    expect(scheduler.table.size).toBe(before + 1);
    client.close();
  });
});

describe('outcomes', () => {
  it('of somebody who does not hold the lease are counted and change nothing', async () => {
    const { scheduler } = balancer.app.get(Engine).partition;
    const forger = new Stranger(balancer.hubs);
    const data = {
      protocol: PROTOCOL_VERSION,
      incarnation: 'forger',
      host: 'test',
      pid: 1,
      role: 'hub',
      name: 'forger',
      groups: [],
      leases: [],
    };
    forger.say(encodeEnvelope({ pattern: Pattern.hubHello, id: 'hello', data }));
    const reply = await forger.hears((heard) => !isCall(heard) && heard.id === 'hello');
    const { session } = (reply as { response: { session: SessionId } }).response;
    const client = new Stranger(balancer.clients);
    client.say(submission(await client.opens(), 'NOBODY'));
    const queued = () =>
      [...scheduler.table].find(({ name, state }) => name.text === 'NOBODY' && state === 'queued');
    await expect.poll(queued).toBeDefined();
    const slot = queued()?.slot ?? 0;
    const refusedBefore = scheduler.refusedLeases;
    const writer = new OutcomeWriter();
    const payload = { buffer: new Uint8Array(0), offset: 0, length: 0 };
    for (const attempt of [0, 1, 2]) {
      for (const status of [OutcomeStatus.done, OutcomeStatus.expired]) {
        const lease = { epoch: scheduler.epoch, attempt, slot };
        const outcome = { status, contentType: 0, worker: 'w', runMs: Number.NaN, payload };
        writer.add(scheduler.table.idView, slot * 16, lease, outcome);
      }
    }
    forger.say(...(writer.take(session) ?? []));
    await expect.poll(() => scheduler.refusedLeases - refusedBefore).toBeGreaterThanOrEqual(3);
    expect(scheduler.table.at(slot)?.state).toBe('queued');
    forger.close();
    client.close();
    await serves();
  });
});
