import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { curveKeyPair } from 'zeromq';
import { afterEach, describe, expect, it } from 'vitest';
import { freshEndpoint } from '../test/endpoints.js';
import { Inbox } from '../test/inbox.js';
import type { CurveClient } from './curve.js';
import { DealerSocket } from './dealer-socket.js';
import { RouterSocket } from './router-socket.js';

const cleanups: (() => unknown)[] = [];
afterEach(async () => {
  for (const cleanup of cleanups.splice(0).toReversed()) await cleanup();
});

/** A bound socket with keys, which lets in whom the spec says. */
async function lockedRouter(transport: 'tcp' | 'ipc', isOpen: boolean | (() => boolean) = true) {
  const pair = curveKeyPair();
  const asked: { key: string; address: string }[] = [];
  const messages = new Inbox<string>();
  const router = new RouterSocket({
    endpoint: await freshEndpoint(transport),
    onMessage: (peer, frames) => {
      messages.put(String(frames[0]));
      router.send(peer, frames);
    },
    onError: (error) => messages.put(String(error)),
    curve: pair,
    admit: ({ key, address }) => {
      asked.push({ key: Buffer.from(key ?? []).toString('hex'), address });
      return typeof isOpen === 'boolean' ? isOpen : isOpen();
    },
  });
  await router.bind();
  cleanups.push(() => router.close());
  return { router, messages, asked, serverKey: pair.publicKey };
}

function dial(endpoint: string, curve?: CurveClient) {
  const events = new Inbox<string>();
  const dealer = new DealerSocket({
    endpoint,
    onMessage: (frames) => events.put(String(frames[0])),
    onRefused: ({ code }) => events.put(code),
    onError: (error) => events.put(String(error)),
    ...(curve === undefined ? {} : { curve }),
  });
  cleanups.push(() => dealer.close());
  dealer.connect();
  dealer.send([Buffer.from('hello')]);
  return { dealer, events };
}

describe.each(['tcp', 'ipc'] as const)('a socket with keys over %s', (transport) => {
  it('lets in whom it is told to, and asks once per connection', async () => {
    const { router, asked, serverKey } = await lockedRouter(transport);
    const { dealer, events } = dial(router.endpoint, { ...curveKeyPair(), serverKey });
    expect(await events.next()).toBe('hello');
    dealer.send([Buffer.from('again')]);
    expect(await events.next()).toBe('again');
    expect(asked).toHaveLength(1);
    expect(asked[0]?.key).toHaveLength(64);
  });

  it('turns away whom it does not let in, before anything of it is read', async () => {
    const { router, messages, serverKey } = await lockedRouter(transport, false);
    const { events } = dial(router.endpoint, { ...curveKeyPair(), serverKey });
    expect(await events.next()).toBe('KEY_REFUSED');
    expect(messages.all).toEqual([]);
    // It is counted by who has turned it away.
    expect(router.counters).toMatchObject({ received: 0, handshakesFailed: 0 });
  });

  it('turns away who has no key, and counts it', async () => {
    const { router, messages, asked } = await lockedRouter(transport);
    const { events } = dial(router.endpoint);
    expect(await events.next()).toBe('KEY_REFUSED');
    // It tries again and again.
    await expect.poll(() => router.counters.handshakesFailed).toBeGreaterThan(0);
    await expect.poll(() => router.counters.connections).toBe(0);
    expect([messages.all, asked]).toEqual([[], []]);
  });

  it('is not talked to by who expects another key of it', async () => {
    const { router, messages, asked } = await lockedRouter(transport);
    const { events } = dial(router.endpoint, { ...curveKeyPair(), serverKey: curveKeyPair().publicKey });
    expect(await events.next()).toBe('KEY_REFUSED');
    await expect.poll(() => router.counters.handshakesFailed).toBeGreaterThan(0);
    expect([messages.all, asked]).toEqual([[], []]);
  });
});

describe('sockets with keys', () => {
  it('of one process are asked about apart, and one that closes leaves the others open', async () => {
    const open = await lockedRouter('tcp');
    const closed = await lockedRouter('tcp', false);
    const own = curveKeyPair();
    expect(await dial(open.router.endpoint, { ...own, serverKey: open.serverKey }).events.next()).toBe(
      'hello',
    );
    const refused = dial(closed.router.endpoint, { ...own, serverKey: closed.serverKey });
    expect(await refused.events.next()).toBe('KEY_REFUSED');
    await closed.router.close();
    expect(await dial(open.router.endpoint, { ...own, serverKey: open.serverKey }).events.next()).toBe(
      'hello',
    );
    await open.router.close();
    const anew = await lockedRouter('tcp');
    expect(await dial(anew.router.endpoint, { ...own, serverKey: anew.serverKey }).events.next()).toBe(
      'hello',
    );
  });

  it('turn away everybody when what decides fails', async () => {
    const { router, serverKey } = await lockedRouter('tcp', () => {
      throw new Error('out of order');
    });
    const { events } = dial(router.endpoint, { ...curveKeyPair(), serverKey });
    expect(await events.next()).toBe('KEY_REFUSED');
  });

  it('serve others while a thousand connections say nothing, and give those up', async () => {
    const { router, serverKey } = await lockedRouter('tcp');
    const { port } = new URL(router.endpoint.replace('tcp:', 'http:'));
    const silent: Socket[] = [];
    cleanups.push(() => silent.forEach((socket) => socket.destroy()));
    const ended: Promise<unknown>[] = [];
    // In turns, lest the system drops those that wait to be accepted.
    for (let turn = 0; turn < 20; turn++) {
      const sockets = Array.from({ length: 50 }, () => connect(Number(port), '127.0.0.1').resume());
      silent.push(...sockets);
      ended.push(...sockets.map((socket) => once(socket, 'close')));
      await Promise.all(sockets.map((socket) => once(socket, 'connect')));
    }
    const { events } = dial(router.endpoint, { ...curveKeyPair(), serverKey });
    expect(await events.next()).toBe('hello');
    await Promise.all(ended);
    await expect
      .poll(() => router.counters, { timeout: 10_000 })
      .toMatchObject({ connections: 1, handshakesFailed: 1_000 });
  });
});

describe('a socket without keys', () => {
  it('can be told whom to let in as well', async () => {
    const asked: unknown[] = [];
    const router = new RouterSocket({
      endpoint: await freshEndpoint('tcp'),
      onMessage: (peer, frames) => router.send(peer, frames),
      onError: (error) => asked.push(error),
      admit: (caller) => asked.push(caller) === 1,
    });
    await router.bind();
    cleanups.push(() => router.close());
    expect(await dial(router.endpoint).events.next()).toBe('hello');
    expect(await dial(router.endpoint).events.next()).toBe('KEY_REFUSED');
    const nobody = { key: undefined, address: '127.0.0.1' };
    expect(asked).toEqual([nobody, nobody]);
  });

  it('is not talked to by who has some: it could be anybody', async () => {
    const messages = new Inbox<string>();
    const router = new RouterSocket({
      endpoint: await freshEndpoint('tcp'),
      onMessage: (_, frames) => messages.put(String(frames[0])),
      onError: (error) => messages.put(String(error)),
    });
    await router.bind();
    cleanups.push(() => router.close());
    const { events } = dial(router.endpoint, { ...curveKeyPair(), serverKey: curveKeyPair().publicKey });
    expect(await events.next()).toBe('KEY_REFUSED');
    expect(messages.all).toEqual([]);
  });
});
