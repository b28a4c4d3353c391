import { writeFileSync } from 'node:fs';
import { afterEach, describe, expect, it } from 'vitest';
import { kill, startChild } from '../test/child.js';
import { freshEndpoint, transports } from '../test/endpoints.js';
import { Inbox } from '../test/inbox.js';
import { DealerSocket, type DealerSocketOptions } from './dealer-socket.js';
import { peerKey } from './peer-key.js';
import { RouterSocket, type RouterSocketOptions } from './router-socket.js';

const cleanups: (() => unknown)[] = [];
afterEach(async () => {
  for (const cleanup of cleanups.splice(0).toReversed()) await cleanup();
});

interface Message {
  readonly peer: Uint8Array;
  readonly texts: string[];
}

function makeRouter(endpoint: string, overrides: Partial<RouterSocketOptions> = {}) {
  const messages = new Inbox<Message>();
  const errors = new Inbox<unknown>();
  const unreachable = new Inbox<Uint8Array>();
  const router = new RouterSocket({
    endpoint,
    onMessage: (peer, frames) => messages.put({ peer, texts: frames.map(String) }),
    onUnreachable: (peer) => unreachable.put(peer),
    onError: (error) => errors.put(error),
    ...overrides,
  });
  cleanups.push(() => router.close());
  return { router, messages, errors, unreachable };
}

function makeDealer(endpoint: string, overrides: Partial<DealerSocketOptions> = {}) {
  const messages = new Inbox<string[]>();
  const connections = new Inbox<'up' | 'down'>();
  const errors = new Inbox<unknown>();
  const dealer = new DealerSocket({
    endpoint,
    onMessage: (frames) => messages.put(frames.map(String)),
    onConnected: () => connections.put('up'),
    onDisconnected: () => connections.put('down'),
    onError: (error) => errors.put(error),
    ...overrides,
  });
  cleanups.push(() => dealer.close());
  dealer.connect();
  return { dealer, messages, connections, errors };
}

const bytes = (text: string): Uint8Array => new TextEncoder().encode(text);

describe.each(transports)('RouterSocket and DealerSocket over %s', (transport) => {
  it('exchange messages of several frames, and count them', async () => {
    const { router, messages } = makeRouter(await freshEndpoint(transport));
    await router.bind();
    const first = makeDealer(router.endpoint);
    const second = makeDealer(router.endpoint);
    first.dealer.send([bytes('one'), bytes('two')]);
    const { peer, texts } = await messages.next();
    expect(texts).toEqual(['one', 'two']);
    second.dealer.send([bytes('three')]);
    expect(peerKey((await messages.next()).peer)).not.toBe(peerKey(peer));
    router.send(peer, [bytes('four'), new Uint8Array(0)]);
    expect(await first.messages.next()).toEqual(['four', '']);
    expect(router.counters).toMatchObject({ received: 2, sent: 1, unreachable: 0 });
  });

  it('keep the order of messages while a handler is busy with the one before', async () => {
    const running: string[] = [];
    const { router, messages } = makeRouter(await freshEndpoint(transport), {
      onMessage: async (peer, frames) => {
        const text = String(frames[0]);
        running.push(text);
        await new Promise((resolve) => setImmediate(resolve));
        expect(running).toEqual([text]);
        running.pop();
        messages.put({ peer, texts: [text] });
      },
    });
    await router.bind();
    const { dealer } = makeDealer(router.endpoint);
    for (const text of ['a', 'b', 'c']) dealer.send([bytes(text)]);
    for (const text of ['a', 'b', 'c']) expect((await messages.next()).texts).toEqual([text]);
  });

  it('report what a handler throws and read on', async () => {
    const { router, errors } = makeRouter(await freshEndpoint(transport), {
      onMessage: (_peer, frames) => {
        if (String(frames[0]) === 'later') return Promise.reject(new Error('later'));
        throw new Error(String(frames[0]));
      },
    });
    await router.bind();
    const { dealer } = makeDealer(router.endpoint);
    for (const text of ['now', 'later', 'again']) dealer.send([bytes(text)]);
    for (const message of ['now', 'later', 'again']) expect(await errors.next()).toMatchObject({ message });
  });

  it('refuse an address that is taken, and name it', async () => {
    const { router, messages } = makeRouter(await freshEndpoint(transport));
    await router.bind();
    const second = makeRouter(router.endpoint);
    await expect(second.router.bind()).rejects.toMatchObject({
      code: 'ADDRESS_IN_USE',
      message: expect.stringContaining(router.endpoint) as string,
    });
    const { dealer } = makeDealer(router.endpoint);
    dealer.send([bytes('still here')]);
    expect((await messages.next()).texts).toEqual(['still here']);
  });

  it('free the address by the time that close() resolves, however often it is called', async () => {
    const endpoint = await freshEndpoint(transport);
    for (let round = 0; round < 20; round++) {
      const { router, messages } = makeRouter(endpoint);
      await expect(router.bind()).resolves.toBeUndefined();
      const { dealer } = makeDealer(endpoint);
      dealer.send([bytes('hello')]);
      await messages.next();
      await Promise.all([router.close(), router.close()]);
      router.send(new Uint8Array(5), [bytes('after the end')]);
      dealer.close();
    }
  });

  it('tell when a peer cannot be reached', async () => {
    const { router, unreachable, errors } = makeRouter(await freshEndpoint(transport));
    await router.bind();
    router.send(bytes('ghost'), [bytes('boo')]);
    expect(await unreachable.next()).toEqual(bytes('ghost'));
    expect(router.counters.unreachable).toBe(1);
    expect(errors.all).toEqual([]);
  });

  it('are quiet when closed before they were bound or while they bind', async () => {
    const never = makeRouter(await freshEndpoint(transport));
    await never.router.close();
    const early = makeRouter(await freshEndpoint(transport));
    const bound = early.router.bind();
    const closed = early.router.close();
    await expect(bound).rejects.toMatchObject({ code: 'CLOSED' });
    await closed;
  });

  it('refuse a message when the queue of a bounded socket is full', async () => {
    const { router, messages, errors } = makeRouter(await freshEndpoint(transport), { highWaterMark: 2 });
    await router.bind();
    let isFirst = true;
    const { dealer } = makeDealer(router.endpoint, {
      highWaterMark: 2,
      onMessage: () => {
        if (!isFirst) return undefined;
        isFirst = false;
        return new Promise(() => {}); // reads no more
      },
    });
    dealer.send([bytes('hello')]);
    const { peer } = await messages.next();
    const megabyte = new Uint8Array(1024 * 1024);
    while (errors.all.length === 0) {
      router.send(peer, [megabyte]);
      await new Promise((resolve) => setImmediate(resolve));
    }
    expect(await errors.next()).toMatchObject({ code: 'OUTBOX_FULL', retryable: true });
  });
});

describe('RouterSocket', () => {
  it('tells which peer does not read, and goes on with the others', async () => {
    const stuck = new Inbox<Uint8Array>();
    const { router, messages, errors } = makeRouter('tcp://127.0.0.1:*', {
      highWaterMark: 2,
      onStuck: (peer) => stuck.put(peer),
    });
    await router.bind();
    const deaf = makeDealer(router.endpoint, { highWaterMark: 2, onMessage: () => new Promise(() => {}) });
    deaf.dealer.send([bytes('hello')]);
    const { peer } = await messages.next();
    while (stuck.all.length === 0) {
      router.send(peer, [new Uint8Array(1024 * 1024)]);
      await new Promise((resolve) => setImmediate(resolve));
    }
    expect(await stuck.next()).toEqual(peer);
    expect(errors.all).toEqual([]);
    const other = makeDealer(router.endpoint);
    other.dealer.send([bytes('hello')]);
    router.send((await messages.next()).peer, [bytes('served')]);
    expect(await other.messages.next()).toEqual(['served']);
  });

  it('holds up a peer that writes faster than it is read', async () => {
    const { router } = makeRouter('tcp://127.0.0.1:*', {
      receiveHighWaterMark: 1,
      maxMessageBytes: 2 * 1024 * 1024,
      onMessage: () => new Promise(() => {}), // reads no more
    });
    await router.bind();
    const { dealer, errors } = makeDealer(router.endpoint, { highWaterMark: 2 });
    while (errors.all.length === 0) {
      dealer.send([new Uint8Array(1024 * 1024)]);
      await new Promise((resolve) => setImmediate(resolve));
    }
    expect(await errors.next()).toMatchObject({ code: 'OUTBOX_FULL' });
  });

  it.each(['tcp://127.0.0.1:*', 'tcp://127.0.0.1:0', 'tcp://localhost:*'])(
    'resolves the port of %s',
    async (any) => {
      const { router } = makeRouter(any);
      await router.bind();
      expect(router.endpoint).toMatch(/^tcp:\/\/127\.0\.0\.1:[1-9]\d*$/);
    },
  );

  it.each([
    ['tcp://127.0.0.1:99999', 'a port is at most 65535'],
    ['tcp://127.0.0.1', 'expected tcp://host:port'],
    ['udp://127.0.0.1:80', 'expected tcp://host:port, ipc://path or inproc://name'],
    ['inproc://', 'expected tcp://host:port, ipc://path or inproc://name'],
    ['', 'expected tcp://host:port, ipc://path or inproc://name'],
  ])('refuses the endpoint "%s": %s', (endpoint, reason) => {
    expect(() => makeRouter(endpoint)).toThrow(
      expect.objectContaining({
        code: 'INVALID_ADDRESS',
        message: expect.stringContaining(reason) as string,
      }),
    );
  });

  it.each([
    ['tcp://192.0.2.1:5000', 'this machine does not have that address'],
    ['ipc:///nonexistent/folder/file', 'the folder does not exist'],
  ])('cannot bind %s: %s', async (endpoint, reason) => {
    await expect(makeRouter(endpoint).router.bind()).rejects.toMatchObject({
      code: 'INVALID_ADDRESS',
      message: expect.stringContaining(reason) as string,
    });
  });

  it('takes over an ipc file that a killed process left behind', async () => {
    const endpoint = await freshEndpoint('ipc');
    writeFileSync(endpoint.slice('ipc://'.length), '');
    await expect(makeRouter(endpoint).router.bind()).resolves.toBeUndefined();
  });

  it('disconnects a peer that sends a frame over its limit, and serves the others', async () => {
    const { router, messages } = makeRouter(await freshEndpoint('tcp'), { maxMessageBytes: 1_000 });
    await router.bind();
    const large = makeDealer(router.endpoint);
    const small = makeDealer(router.endpoint);
    expect(await large.connections.next()).toBe('up');
    large.dealer.send([new Uint8Array(1_001)]);
    expect(await large.connections.next()).toBe('down');
    small.dealer.send([bytes('small')]);
    expect((await messages.next()).texts).toEqual(['small']);
  });

  it('finds a peer unreachable that was killed', async () => {
    const { router, messages, unreachable } = makeRouter(await freshEndpoint('tcp'));
    await router.bind();
    const child = startChild('plain-dealer.mjs', router.endpoint);
    cleanups.push(() => kill(child));
    const { peer } = await messages.next();
    await kill(child);
    while (unreachable.all.length === 0) {
      router.send(peer, [bytes('are you there?')]);
      await new Promise((resolve) => setImmediate(resolve));
    }
    expect(peerKey(await unreachable.next())).toBe(peerKey(peer));
  });
});

describe.each(['tcp', 'ipc'] as const)('DealerSocket over %s', (transport) => {
  it('tells when the connection is up, down, and up again, and delivers what was sent before it was up', async () => {
    const endpoint = await freshEndpoint(transport);
    const { dealer, connections } = makeDealer(endpoint);
    dealer.send([bytes('early')]);
    const first = makeRouter(endpoint);
    await first.router.bind();
    expect(await connections.next()).toBe('up');
    expect((await first.messages.next()).texts).toEqual(['early']);
    await first.router.close();
    expect(await connections.next()).toBe('down');
    await makeRouter(endpoint).router.bind();
    expect(await connections.next()).toBe('up');
  });

  it('reads what the peer sent before it went before it tells that it went', async () => {
    const order: string[] = [];
    const { router, messages } = makeRouter(await freshEndpoint(transport), { lingerMs: 1_000 });
    await router.bind();
    const { dealer, connections } = makeDealer(router.endpoint, {
      onMessage: (frames) => void order.push(String(frames[0])),
      onDisconnected: () => connections.put('down'),
    });
    await connections.next();
    dealer.send([bytes('hello')]);
    const { peer } = await messages.next();
    const expected = Array.from({ length: 100 }, (_, index) => String(index));
    for (const text of expected) router.send(peer, [bytes(text)]);
    await router.close();
    expect(await connections.next()).toBe('down');
    expect(order).toEqual(expected);
  });
});

describe('DealerSocket over inproc', () => {
  it('tells that its peer is gone when a message finds it so', async () => {
    const { router, messages } = makeRouter(await freshEndpoint('inproc'));
    await router.bind();
    const { dealer, connections } = makeDealer(router.endpoint);
    dealer.send([bytes('hello')]);
    await messages.next();
    await router.close();
    while (connections.all.length === 0) {
      dealer.send([bytes('are you there?')]);
      await new Promise((resolve) => setImmediate(resolve));
    }
    expect(await connections.next()).toBe('down');
  });
});
