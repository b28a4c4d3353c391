import {
  CollectedWriter,
  encodeEnvelope,
  Kind,
  NO_SESSION,
  PenstockError,
  type EnvelopeCall,
} from '@penstock/protocol';
import { afterEach, describe, expect, it } from 'vitest';
import { firstLine, kill, startChild } from '../test/child.js';
import { freshEndpoint, transports } from '../test/endpoints.js';
import { Inbox } from '../test/inbox.js';
import { SESSION, TestBalancer } from '../test/test-balancer.js';
import { SessionLink } from './session-link.js';
import type { LossReason, SessionLinkOptions, WelcomeTerms } from './session-link-options.js';

const cleanups: (() => unknown)[] = [];
afterEach(async () => {
  for (const cleanup of cleanups.splice(0).toReversed()) await cleanup();
});

async function startBalancer(endpoint: string, answer = welcome()) {
  const balancer = await TestBalancer.start(endpoint, answer);
  cleanups.push(() => balancer.stop());
  return balancer;
}

function startLink(endpoint: string, overrides: Partial<SessionLinkOptions> = {}) {
  const seen = {
    batches: new Inbox<{ kind: number; frames: Uint8Array[] }>(),
    envelopes: new Inbox<EnvelopeCall>(),
    losses: new Inbox<LossReason>(),
    failures: new Inbox<PenstockError>(),
    errors: new Inbox<unknown>(),
    refusals: new Inbox<PenstockError>(),
  };
  let hellos = 0;
  const link = new SessionLink({
    endpoint,
    helloPattern: 'client.hello',
    hello: () => ({ hello: ++hellos }),
    onWelcome: (data) => data as WelcomeTerms,
    onBatch: (kind, frames) => seen.batches.put({ kind, frames }),
    onEnvelope: (envelope) => seen.envelopes.put(envelope),
    onLost: (reason) => seen.losses.put(reason),
    onFailed: (error) => seen.failures.put(error),
    onError: (error) => seen.errors.put(error),
    onHelloFailed: (error) => seen.refusals.put(error),
    backoff: { firstMs: 5, maxMs: 20 },
    ...overrides,
  });
  link.start();
  cleanups.push(() => link.close());
  return { link, seen };
}

function welcome(terms: Partial<WelcomeTerms> = {}) {
  return { response: { session: SESSION, heartbeatMs: 1_000, lostMs: 10_000, ...terms }, isDisposed: true };
}

function refusal(error: PenstockError) {
  return { err: error.toWire(), isDisposed: true };
}

function batch(session = SESSION): Uint8Array {
  const writer = new CollectedWriter();
  writer.add(new DataView(new ArrayBuffer(16)), 0);
  return writer.take(session)?.[0] ?? new Uint8Array(0);
}

describe.each(transports)('SessionLink over %s', (transport) => {
  it('is welcomed, calls, and takes events and batches of its session', async () => {
    const balancer = await startBalancer(await freshEndpoint(transport));
    const { link, seen } = startLink(balancer.endpoint);
    expect(link.live).toBe(false);
    await link.ready();
    expect(link.session).toEqual(SESSION);

    const answer = link.call('client.status', { taskIds: [] }, 5_000);
    const call = await balancer.received.next();
    expect(call).toMatchObject({ pattern: 'client.status', data: { taskIds: [] }, session: SESSION });
    balancer.reply(call, { response: ['first'] });
    balancer.reply(call, { response: ['last'], isDisposed: true });
    await expect(answer).resolves.toEqual(['last']);

    expect(link.event('client.watch', { taskIds: ['a'] })).toBe(true);
    expect(await balancer.received.next()).toMatchObject({ pattern: 'client.watch', session: SESSION });
    balancer.event(call.peer, 'task.progress', { progress: 5 });
    expect(await seen.envelopes.next()).toMatchObject({ pattern: 'task.progress', data: { progress: 5 } });
    balancer.send(call.peer, batch(), new Uint8Array([1, 2, 3]));
    const { kind, frames } = await seen.batches.next();
    expect(kind).toBe(Kind.collected);
    expect(frames[1]).toEqual(Buffer.from([1, 2, 3]));
  });

  it("fails a call with the balancer's error, and with DEADLINE_EXCEEDED when no answer comes", async () => {
    const balancer = await startBalancer(await freshEndpoint(transport));
    const { link } = startLink(balancer.endpoint);
    await link.ready();
    const refused = link.call('client.cancel', {}, 5_000);
    balancer.reply(await balancer.received.next(), refusal(new PenstockError('TASK_UNKNOWN', 'never seen')));
    await expect(refused).rejects.toMatchObject({ code: 'TASK_UNKNOWN', message: 'never seen' });
    await expect(link.call('client.status', {}, 10)).rejects.toMatchObject({ code: 'DEADLINE_EXCEEDED' });
  });

  it('says hello anew on session.unknown, and tells what it holds by then', async () => {
    const balancer = await startBalancer(await freshEndpoint(transport));
    const { link, seen } = startLink(balancer.endpoint);
    const first = await balancer.hellos.next();
    expect(first.data).toEqual({ hello: 1 });
    await link.ready();
    const cut = link.call('client.status', {}, 5_000);
    await balancer.received.next();
    balancer.event(first.peer, 'session.unknown', { reason: 'restarted' });
    await expect(cut).rejects.toMatchObject({ code: 'CONNECTION_LOST' });
    expect(await seen.losses.next()).toBe('session.unknown');
    const second = await balancer.hellos.next();
    expect(second.data).toEqual({ hello: 2 });
    expect(second.peer).not.toEqual(first.peer);
    await link.ready();
    expect(link.counters.lost).toBe(1);
  });

  it('tells session.ended apart, so that its owner drops what it held', async () => {
    const balancer = await startBalancer(await freshEndpoint(transport));
    const { link, seen } = startLink(balancer.endpoint);
    await link.ready();
    balancer.event((await balancer.hellos.next()).peer, 'session.ended', { reason: 'too late' });
    expect(await seen.losses.next()).toBe('session.ended');
    await balancer.hellos.next();
  });

  it('finds a balancer that falls silent, and says hello again', async () => {
    const balancer = await startBalancer(
      await freshEndpoint(transport),
      welcome({ heartbeatMs: 10, lostMs: 30 }),
    );
    const { seen } = startLink(balancer.endpoint);
    expect(await seen.losses.next()).toBe('silence');
    await balancer.hellos.next();
    await balancer.hellos.next();
  });

  it('sends heartbeats when it has nothing else to send, and lives as long as it hears some', async () => {
    const terms = { heartbeatMs: 5, lostMs: 5_000 };
    const balancer = await startBalancer(await freshEndpoint(transport), welcome(terms));
    let beats = 0;
    const { link } = startLink(balancer.endpoint, {
      heartbeat: () => ({ pattern: 'hub.heartbeat', data: { cpu: ++beats } }),
    });
    await link.ready();
    for (let beat = 1; beat <= 60; beat++) {
      const { peer, pattern, data, session } = await balancer.received.next();
      expect({ pattern, data, session }).toEqual({
        pattern: 'hub.heartbeat',
        data: { cpu: beat },
        session: SESSION,
      });
      balancer.event(peer, 'session.heartbeat');
    }
    expect(link.counters.lost).toBe(0);
  });

  it('ignores frames of another session, counts and drops what it cannot read', async () => {
    const balancer = await startBalancer(await freshEndpoint(transport));
    const { link, seen } = startLink(balancer.endpoint);
    await link.ready();
    const { peer } = await balancer.hellos.next();
    const older = { epoch: SESSION.epoch - 1, number: SESSION.number };
    balancer.send(peer, batch(older));
    balancer.send(peer, batch(NO_SESSION));
    balancer.event(peer, 'session.ended', {}, older);
    balancer.reply({ pattern: '', data: {}, id: 'nobody', peer, session: SESSION }, { isDisposed: true });
    balancer.send(peer, Buffer.from('GET / HTTP/1.1'));
    balancer.send(peer, new Uint8Array(0));
    balancer.send(peer, batch(), new Uint8Array(1), new Uint8Array(1));
    const unknownKind = Buffer.from(batch());
    unknownKind[5] = 99;
    balancer.send(peer, unknownKind);
    balancer.send(
      peer,
      Buffer.concat([encodeEnvelope({ pattern: 'x', data: 1 }, SESSION), Buffer.from('}')]),
    );
    balancer.send(peer, batch());
    await seen.batches.next();
    expect(seen.batches.all).toHaveLength(1);
    expect(link.counters).toMatchObject({ stale: 4, lost: 0 });
    expect(link.counters.malformed).toBe(5);
    expect(seen.errors.all).toEqual([]);
  });

  it('reports what its owner throws and goes on', async () => {
    const balancer = await startBalancer(await freshEndpoint(transport));
    const { link, seen } = startLink(balancer.endpoint, {
      onBatch: () => Promise.reject(new Error('batch')),
      onEnvelope: () => {
        throw new Error('envelope');
      },
      onLost: () => {
        throw new Error('lost');
      },
    });
    await link.ready();
    const { peer } = await balancer.hellos.next();
    balancer.send(peer, batch());
    expect(await seen.errors.next()).toMatchObject({ message: 'batch' });
    balancer.event(peer, 'task.progress');
    expect(await seen.errors.next()).toMatchObject({ message: 'envelope' });
    balancer.event(peer, 'session.unknown');
    expect(await seen.errors.next()).toMatchObject({ message: 'lost' });
    await link.ready();
  });

  it('tries again, with back-off, when the hello is refused for now', async () => {
    const busy = refusal(new PenstockError('SHUTTING_DOWN', 'come back later'));
    const balancer = await startBalancer(await freshEndpoint(transport), busy as never);
    const { link, seen } = startLink(balancer.endpoint);
    expect(await seen.refusals.next()).toMatchObject({ code: 'SHUTTING_DOWN' });
    expect(await seen.refusals.next()).toMatchObject({ code: 'SHUTTING_DOWN' });
    balancer.answer = welcome();
    await link.ready();
  });

  it('tries again when nobody answers its hello', async () => {
    const balancer = await startBalancer(await freshEndpoint(transport));
    balancer.answer = undefined;
    const { link, seen } = startLink(balancer.endpoint, { helloTimeoutMs: 20 });
    expect(await seen.refusals.next()).toMatchObject({ code: 'DEADLINE_EXCEEDED' });
    balancer.answer = welcome();
    await link.ready();
  });

  it('gives up for good when it is refused for good, by the answer or by its own reading of the welcome', async () => {
    const balancer = await startBalancer(await freshEndpoint(transport));
    balancer.answer = refusal(new PenstockError('UNSUPPORTED_VERSION', 'version 2 is spoken here'));
    const refused = startLink(balancer.endpoint);
    await expect(refused.link.ready()).rejects.toMatchObject({ code: 'UNSUPPORTED_VERSION' });
    expect(await refused.seen.failures.next()).toMatchObject({ code: 'UNSUPPORTED_VERSION' });
    await expect(refused.link.call('client.status', {}, 100)).rejects.toMatchObject({
      code: 'UNSUPPORTED_VERSION',
    });

    balancer.answer = { response: 'nonsense', isDisposed: true };
    const failing = startLink(balancer.endpoint, {
      onWelcome: () => {
        throw new PenstockError('INVALID_MESSAGE', 'no welcome');
      },
    });
    expect(await failing.seen.failures.next()).toMatchObject({ code: 'INVALID_MESSAGE' });
    expect(failing.link.live).toBe(false);
  });

  it('fails whoever waits with CLOSED when it is closed, live or connecting, and says goodbye', async () => {
    const balancer = await startBalancer(await freshEndpoint(transport));
    const live = startLink(balancer.endpoint);
    await live.link.ready();
    const call = live.link.call('client.status', {}, 5_000);
    live.link.close({ goodbyePattern: 'client.goodbye', reason: 'done' });
    live.link.close();
    await expect(call).rejects.toMatchObject({ code: 'CLOSED' });
    await expect(live.link.call('client.status', {}, 5_000)).rejects.toMatchObject({ code: 'CLOSED' });
    expect(live.link.event('client.watch', {})).toBe(false);
    expect(live.link.send([batch()])).toBe(false);
    expect(await balancer.received.next()).toMatchObject({ pattern: 'client.status' });
    expect(await balancer.received.next()).toMatchObject({
      pattern: 'client.goodbye',
      data: { reason: 'done' },
    });
    expect(live.seen.losses.all).toEqual([]);

    balancer.answer = undefined;
    const connecting = startLink(balancer.endpoint);
    const ready = connecting.link.ready();
    await balancer.hellos.next();
    connecting.link.close();
    await expect(ready).rejects.toMatchObject({ code: 'CLOSED' });
  });

  it('may be closed from within each of its callbacks', async () => {
    const balancer = await startBalancer(await freshEndpoint(transport));
    const inHello: SessionLink = startLink(balancer.endpoint, {
      hello: () => queueMicrotask(() => inHello.close()),
    }).link;
    const inWelcome = startLink(balancer.endpoint, {
      onWelcome: (data) => {
        inWelcome.link.close();
        return data as WelcomeTerms;
      },
    });
    await expect(inHello.ready()).rejects.toMatchObject({ code: 'CLOSED' });
    await expect(inWelcome.link.ready()).rejects.toMatchObject({ code: 'CLOSED' });
    const inLost = startLink(balancer.endpoint, {
      onLost: (reason) => {
        inLost.link.close();
        inLost.seen.losses.put(reason);
      },
    });
    await inLost.link.ready();
    for (const { peer } of balancer.hellos.all) balancer.event(peer, 'session.ended');
    await inLost.seen.losses.next();
    await expect(inLost.link.ready()).rejects.toMatchObject({ code: 'CLOSED' });
  });

  it('lets who waits for it set a deadline', async () => {
    const { link } = startLink(await freshEndpoint(transport));
    await expect(link.ready(20)).rejects.toMatchObject({ code: 'DEADLINE_EXCEEDED' });
    await expect(link.call('client.status', {}, 100)).rejects.toMatchObject({ code: 'CONNECTION_LOST' });
  });

  it('is welcomed by a balancer that starts later, and again by one that is stopped and started', async () => {
    const endpoint = await freshEndpoint(transport);
    // Inproc tells nothing: there the link finds out by its hello and its heartbeats.
    const { link, seen } = startLink(endpoint, { helloTimeoutMs: 50 });
    const terms = welcome({ heartbeatMs: 10, lostMs: 500 });
    const first = await startBalancer(endpoint, transport === 'inproc' ? terms : welcome());
    await link.ready();
    const call = link.call('client.status', {}, 5_000);
    await first.received.next();
    await first.stop();
    await expect(call).rejects.toMatchObject({ code: 'CONNECTION_LOST' });
    await seen.losses.next();
    const second = await startBalancer(endpoint, welcome({ session: { epoch: 8, number: 3 } }));
    await second.hellos.next();
    await link.ready();
    expect(link.session).toEqual({ epoch: 8, number: 3 });
  });
});

describe('SessionLink', () => {
  it('gives up on a balancer of another protocol version, whose answer it cannot read', async () => {
    const balancer = await startBalancer(await freshEndpoint('tcp'));
    balancer.answer = undefined;
    const { seen } = startLink(balancer.endpoint);
    const { peer } = await balancer.hellos.next();
    const frame = Buffer.from(encodeEnvelope({ pattern: 'protocol.error', data: {} }));
    frame[4] = 2;
    balancer.send(peer, frame);
    expect(await seen.failures.next()).toMatchObject({
      code: 'UNSUPPORTED_VERSION',
      details: { received: 2 },
    });
  });

  it('takes a protocol.error for the answer to its hello', async () => {
    const balancer = await startBalancer(await freshEndpoint('tcp'));
    balancer.answer = undefined;
    const { seen } = startLink(balancer.endpoint);
    const { peer } = await balancer.hellos.next();
    balancer.event(
      peer,
      'protocol.error',
      new PenstockError('INVALID_MESSAGE', 'host: missing').toWire(),
      NO_SESSION,
    );
    expect(await seen.failures.next()).toMatchObject({ code: 'INVALID_MESSAGE', message: 'host: missing' });
  });

  it('retries after an owner whose hello throws, and reports it', async () => {
    const balancer = await startBalancer(await freshEndpoint('tcp'));
    let hellos = 0;
    const { link, seen } = startLink(balancer.endpoint, {
      hello: () => {
        if (++hellos === 1) throw new TypeError('not yet');
        return {};
      },
    });
    expect(await seen.errors.next()).toMatchObject({ message: 'not yet' });
    await link.ready();
  });

  it('refuses an endpoint that is none', () => {
    expect(() => startLink('tcp://localhost')).toThrow(expect.objectContaining({ code: 'INVALID_ADDRESS' }));
  });

  it.each(['tcp', 'ipc'] as const)(
    'survives a balancer over %s that is killed and started again',
    async (transport) => {
      const endpoint = await freshEndpoint(transport);
      const start = async (epoch: number) => {
        const child = startChild('plain-router.mjs', endpoint, String(epoch));
        cleanups.push(() => kill(child));
        await firstLine(child);
        return child;
      };
      const first = await start(1);
      const { link, seen } = startLink(endpoint);
      await link.ready();
      expect(link.session).toEqual({ epoch: 1, number: 1 });
      const call = link.call('client.status', {}, 5_000);
      await Promise.all([expect(call).rejects.toMatchObject({ code: 'CONNECTION_LOST' }), kill(first)]);
      expect(await seen.losses.next()).toBe('disconnected');
      await start(2);
      await link.ready();
      expect(link.session).toEqual({ epoch: 2, number: 1 });
    },
  );
});
