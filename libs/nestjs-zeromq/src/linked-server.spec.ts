import { NestFactory } from '@nestjs/core';
import type { MicroserviceOptions } from '@nestjs/microservices';
import { encodeEnvelope, type Envelope, type SessionId } from '@penstock/protocol';
import {
  readIncoming,
  RouterSocket,
  type LossReason,
  type SessionLink,
  type WelcomeTerms,
} from '@penstock/zmq';
import { afterEach, describe, expect, it } from 'vitest';
import { collectedBatch, SESSION } from '../test/batches.js';
import { Journal } from '../test/calculator.js';
import { freshEndpoint, transports } from '../test/endpoints.js';
import { Inbox } from '../test/inbox.js';
import { CalculatorModule, Fixture } from '../test/micro-app.js';
import { PenstockErrorFilter } from './penstock-error.filter.js';
import { ZmqServer } from './zmq.server.js';

const fixture = new Fixture();
afterEach(() => fixture.cleanUp());

interface Received {
  readonly peer: Uint8Array;
  readonly envelope: Envelope;
  readonly session: SessionId;
}

/** The other end: welcomes each hello, and keeps what comes. */
async function startBalancer(endpoint: string) {
  const hellos = new Inbox<Received>();
  const received = new Inbox<Received>();
  const router = new RouterSocket({
    endpoint,
    onMessage: (peer, frames) => {
      const { head, envelope } = readIncoming(frames);
      if (envelope === undefined) return;
      const message = { peer, envelope, session: { epoch: head.epoch, number: head.number } };
      if (!('pattern' in envelope) || !envelope.pattern.endsWith('.hello')) {
        received.put(message);
        return;
      }
      const session = { epoch: SESSION.epoch, number: SESSION.number + hellos.all.length };
      const terms = { session, heartbeatMs: 1_000, lostMs: 10_000 };
      router.send(peer, [encodeEnvelope({ id: envelope.id ?? '', response: terms, isDisposed: true })]);
      hellos.put(message);
    },
    onError: (error) => {
      throw new Error('the balancer failed', { cause: error });
    },
  });
  await router.bind();
  fixture.defer(() => router.close());
  const send = (peer: Uint8Array, envelope: Envelope) =>
    router.send(peer, [encodeEnvelope(envelope, SESSION)]);
  return { router, hellos, received, send };
}

async function startHub(endpoint: string) {
  const losses = new Inbox<LossReason>();
  const server = new ZmqServer({
    drainMs: 50,
    link: {
      endpoint,
      helloPattern: 'hub.hello',
      hello: () => ({ role: 'hub' }),
      onWelcome: (data) => data as WelcomeTerms,
      onLost: (reason) => losses.put(reason),
      onFailed: (error) => {
        throw error;
      },
      backoff: { firstMs: 5, maxMs: 20 },
    },
  });
  const app = await NestFactory.createMicroservice<MicroserviceOptions>(CalculatorModule, {
    strategy: server,
    logger: false,
  });
  app.useGlobalFilters(new PenstockErrorFilter());
  fixture.defer(() => app.close());
  await app.listen();
  return { app, server, link: server.unwrap<SessionLink>(), journal: app.get(Journal), losses };
}

describe.each(transports)('ZmqServer that dials over %s', (transport) => {
  it('starts before its peer does, and serves its calls, events and batches', async () => {
    const endpoint = await freshEndpoint(transport);
    const { server, link, journal } = await startHub(endpoint);
    const { router, hellos, received, send } = await startBalancer(endpoint);
    await link.ready();
    const { peer, envelope } = await hellos.next();
    expect(envelope).toMatchObject({ pattern: 'hub.hello', data: { role: 'hub' } });

    send(peer, { pattern: 'sum', data: [1, 2], id: '7' });
    expect(await received.next()).toMatchObject({
      session: SESSION,
      envelope: { id: '7', response: 3, isDisposed: true },
    });
    send(peer, { pattern: 'noted', data: 'an event' });
    expect(await journal.events.next()).toBe('an event');
    router.send(peer, [collectedBatch()]);
    expect((await journal.batches.next()).context.getSession()).toEqual(SESSION);
    expect(server.counters).toMatchObject({ calls: 1, events: 1, batches: 1 });
  });

  it('counts what it does not understand, and answers calls alone', async () => {
    const balancer = await startBalancer(await freshEndpoint(transport));
    const { server, link, journal } = await startHub(balancer.router.endpoint);
    await link.ready();
    const { peer } = await balancer.hellos.next();
    journal.onBatch = () => Promise.reject(new Error('no'));
    balancer.router.send(peer, [Buffer.from('nonsense')]);
    balancer.router.send(peer, [collectedBatch()]);
    balancer.send(peer, { pattern: 'unheard', data: {} });
    balancer.send(peer, { pattern: 'unheard', data: {}, id: '1' });
    expect((await balancer.received.next()).envelope).toMatchObject({
      id: '1',
      err: { code: 'UNKNOWN_PATTERN' },
    });
    expect(server.counters).toMatchObject({ unhandled: 2, failed: 1 });
    expect(link.counters.malformed).toBe(1);
  });

  it('drops the answer to a call of an earlier session, and tells how the link fares', async () => {
    const balancer = await startBalancer(await freshEndpoint(transport));
    const { app, server, link, journal, losses } = await startHub(balancer.router.endpoint);
    const states: string[] = [];
    server.status.subscribe((status) => states.push(status));
    await link.ready();
    const { peer } = await balancer.hellos.next();
    balancer.send(peer, { pattern: 'never', data: 'x', id: '1' });
    await journal.opened.next();
    balancer.send(peer, { pattern: 'session.ended', data: { reason: 'too late' } });
    expect(await losses.next()).toBe('session.ended');
    await link.ready();
    await app.close();
    expect(server.counters.undelivered).toBe(1);
    expect(states).toEqual(['connected', 'disconnected', 'connected', 'disconnected']);
    expect(balancer.received.all).toEqual([]);
    await expect(link.ready()).rejects.toMatchObject({ code: 'CLOSED' });
  });
});
