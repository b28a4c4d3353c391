import { Controller, Module, type OnModuleDestroy, type OnModuleInit } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { Ctx, MessagePattern, type MicroserviceOptions } from '@nestjs/microservices';
import { FastifyAdapter } from '@nestjs/platform-fastify';
import {
  encodeEnvelope,
  HEAD_BYTES,
  Kind,
  NO_SESSION,
  PenstockError,
  type EnvelopeCall,
} from '@penstock/protocol';
import type { RouterSocket } from '@penstock/zmq';
import fc from 'fast-check';
import { firstValueFrom } from 'rxjs';
import { afterEach, describe, expect, it } from 'vitest';
import { collectedBatch, SESSION } from '../test/batches.js';
import { freshEndpoint } from '../test/endpoints.js';
import { Fixture } from '../test/micro-app.js';
import { ZmqContext } from './zmq.context.js';
import { ZmqServer } from './zmq.server.js';

const fixture = new Fixture();
afterEach(() => fixture.cleanUp());

const anyPort = 'tcp://127.0.0.1:*';

describe('ZmqServer', () => {
  it('answers what it cannot read with protocol.error, counts it, and goes on', async () => {
    const { server, endpoint } = await fixture.serve(anyPort);
    const { socket, received } = fixture.dealer(endpoint);
    const otherVersion = Buffer.from(encodeEnvelope({ pattern: 'sum', data: [] }));
    otherVersion[4] = 9;
    const unknownKind = Buffer.from(collectedBatch());
    unknownKind[5] = 77;
    const unheardKind = Buffer.from(collectedBatch());
    unheardKind[5] = Kind.result;
    const cases: [string, Uint8Array[]][] = [
      ['MALFORMED_FRAME', [Buffer.from('GET / HTTP/1.1\r\n\r\n and so on')]],
      ['MALFORMED_FRAME', [new Uint8Array(0)]],
      ['MALFORMED_FRAME', [collectedBatch(), new Uint8Array(1), new Uint8Array(1)]],
      ['MALFORMED_FRAME', [Buffer.concat([encodeEnvelope({ pattern: 'sum', data: [] }), Buffer.from('}')])]],
      ['INVALID_MESSAGE', [encodeEnvelope({ id: '1', isDisposed: true })]],
      ['UNSUPPORTED_VERSION', [otherVersion]],
      ['UNKNOWN_KIND', [unknownKind]],
      ['UNKNOWN_KIND', [unheardKind]],
    ];
    for (const [code, frames] of cases) {
      socket.send(frames);
      const envelope = (await received.next()).envelope as EnvelopeCall;
      expect(envelope).toMatchObject({ pattern: 'protocol.error', data: { code } });
    }
    expect(server.counters).toMatchObject({ malformed: 7, unhandled: 1, batches: 1 });
  });

  it('survives whatever bytes come', async () => {
    const { endpoint } = await fixture.serve(anyPort);
    const client = fixture.client(endpoint);
    const valid = [encodeEnvelope({ pattern: 'sum', data: [1], id: '1' }), collectedBatch()];
    const mutated = fc
      .tuple(fc.constantFrom(...valid), fc.array(fc.tuple(fc.nat(), fc.nat(255)), { maxLength: 8 }), fc.nat())
      .map(([frame, changes, length]) => {
        const copy = Buffer.from(frame);
        for (const [at, byte] of changes) copy[at % copy.length] = byte;
        return copy.subarray(0, length % 3 === 0 ? length % copy.length : copy.length);
      });
    const head = encodeEnvelope({ pattern: 'x', data: 0 }).subarray(0, HEAD_BYTES);
    const hostile = fc
      .json({ maxDepth: 100 })
      .map((json) => Buffer.concat([head, Buffer.from(`{"pattern":"sum","id":"x","data":${json}}`)]));
    const frame = fc.oneof(fc.uint8Array({ maxLength: 200 }), mutated, hostile);
    const messages = fc.array(fc.array(frame, { minLength: 1, maxLength: 4 }), { maxLength: 10 });
    await fc.assert(
      fc.asyncProperty(messages, async (all) => {
        const { socket } = fixture.dealer(endpoint);
        for (const frames of all) socket.send(frames);
        expect(await firstValueFrom(client.send('sum', [20, 22]))).toBe(42);
        socket.close(100);
      }),
      { numRuns: 200 },
    );
  });

  it('answers a peer with few errors a second, and never an error with an error', async () => {
    const { server, endpoint } = await fixture.serve(anyPort);
    const noisy = fixture.dealer(endpoint);
    noisy.socket.send([encodeEnvelope({ pattern: 'protocol.error', data: { code: 'INTERNAL' } })]);
    for (let count = 0; count < 200; count++) noisy.socket.send([Buffer.from('nonsense')]);
    noisy.socket.send([encodeEnvelope({ pattern: 'sum', data: [1], id: 'last' })]);
    let envelope;
    do ({ envelope } = await noisy.received.next());
    while (!('id' in (envelope ?? {})));
    const errors = noisy.received.all.length - 1;
    // Ten a second; they may have taken a few seconds to come.
    expect(errors).toBeGreaterThanOrEqual(10);
    expect(errors).toBeLessThanOrEqual(100);
    expect(server.counters).toMatchObject({ malformed: 200, unhandled: 1 });
    const other = fixture.dealer(endpoint);
    other.socket.send([Buffer.from('nonsense')]);
    expect((await other.received.next()).envelope).toMatchObject({ pattern: 'protocol.error' });
  });

  it('answers a batch whose handler fails with protocol.error, and reads on', async () => {
    const { server, journal, endpoint } = await fixture.serve(anyPort);
    const { socket, received } = fixture.dealer(endpoint);
    journal.onBatch = () => Promise.reject(new PenstockError('INVALID_TASK_ID', 'no such id'));
    socket.send([collectedBatch()]);
    expect((await received.next()).envelope).toMatchObject({
      pattern: 'protocol.error',
      data: { code: 'INVALID_TASK_ID', message: 'no such id' },
    });
    journal.onBatch = () => {
      throw new TypeError('a secret of the server');
    };
    socket.send([collectedBatch()]);
    expect((await received.next()).envelope).toMatchObject({
      data: { code: 'INTERNAL', message: 'Internal server error' },
    });
    journal.onBatch = () => undefined;
    socket.send([collectedBatch()]);
    await journal.batches.next();
    expect(server.counters).toMatchObject({ batches: 3, failed: 2 });
  });

  it('answers in the session of the question', async () => {
    const { endpoint } = await fixture.serve(anyPort);
    const { socket, received } = fixture.dealer(endpoint);
    socket.send([encodeEnvelope({ pattern: 'sum', data: [1], id: '1' }, SESSION)]);
    expect((await received.next()).head).toMatchObject(SESSION);
    socket.send([encodeEnvelope({ pattern: 'sum', data: [1], id: '2' })]);
    expect((await received.next()).head).toMatchObject(NO_SESSION);
  });

  it('gives handlers no metadata but texts by name', async () => {
    const { journal, endpoint } = await fixture.serve(anyPort);
    const { socket } = fixture.dealer(endpoint);
    for (const metadata of [7, null, 'text', ['a'], { depth: { of: 'objects' } }]) {
      socket.send([encodeEnvelope({ pattern: 'sum', data: [1], id: '1', metadata })]);
      expect((await journal.contexts.next()).getMetadata()).toBeUndefined();
    }
  });

  it('bounds the handlers at work, and refuses what exceeds them', async () => {
    const { server, journal, endpoint } = await fixture.serve(anyPort, { maxOpenHandlers: 2 });
    const { socket, received } = fixture.dealer(endpoint);
    const ask = (pattern: string, id?: string) =>
      socket.send([encodeEnvelope({ pattern, data: pattern, ...(id === undefined ? {} : { id }) })]);
    ask('never', '1');
    ask('never', '2');
    ask('never', '3');
    expect((await received.next()).envelope).toMatchObject({
      id: '3',
      err: { code: 'QUEUE_FULL', retryable: true },
    });
    ask('noted');
    expect((await received.next()).envelope).toMatchObject({ data: { code: 'QUEUE_FULL' } });
    expect(journal.events.all).toEqual([]);
    expect(server.counters.refused).toBe(2);
  });

  it('ends the streams of a peer that is gone, and tells of it', async () => {
    const { server, journal, endpoint } = await fixture.serve(anyPort);
    const { socket } = fixture.dealer(endpoint);
    const stays = fixture.client(endpoint);
    socket.send([encodeEnvelope({ pattern: 'forever', data: 'gone', id: '1' })]);
    stays.send('forever', 'stays').subscribe({ error: () => {} });
    await journal.opened.next();
    await journal.opened.next();
    socket.send([collectedBatch()]);
    const peer = (await journal.batches.next()).context.getPeer();
    const unreachable = new Promise((resolve) => server.on('unreachable', resolve));
    socket.close();
    while (journal.ended.all.length === 0) {
      server.unwrap<RouterSocket>().send(peer, [collectedBatch()]);
      await new Promise((resolve) => setImmediate(resolve));
    }
    expect(await unreachable).toEqual(peer);
    expect(journal.ended.all).toEqual(['gone']);
  });

  it('refuses new calls while it stops', async () => {
    const { app, endpoint, journal } = await fixture.serve(anyPort, { drainMs: 1_000 });
    const { socket, received } = fixture.dealer(endpoint);
    socket.send([encodeEnvelope({ pattern: 'never', data: {}, id: '1' })]);
    await journal.opened.next();
    const closed = app.close();
    socket.send([encodeEnvelope({ pattern: 'sum', data: [1], id: '2' })]);
    expect((await received.next()).envelope).toMatchObject({ id: '2', err: { code: 'SHUTTING_DOWN' } });
    await closed;
    expect((await received.next()).envelope).toMatchObject({ id: '1', err: { code: 'SHUTTING_DOWN' } });
  });

  it('tells where it listens and whether it is up', async () => {
    const server = new ZmqServer({ bind: anyPort });
    const listening = new Promise<string>((resolve) => server.on('listening', resolve));
    const states: string[] = [];
    server.status.subscribe((status) => states.push(status));
    await new Promise((resolve) => void server.listen(resolve));
    expect(await listening).toMatch(/^tcp:\/\/127\.0\.0\.1:\d+$/);
    await server.close();
    expect(states).toEqual(['connected', 'disconnected']);
  });

  it('reports an address that it cannot bind to the callback of listen, and closes without having listened', async () => {
    const taken = await fixture.serve(await freshEndpoint('ipc'));
    const server = new ZmqServer({ bind: taken.endpoint });
    expect(await new Promise((resolve) => void server.listen(resolve))).toMatchObject({
      code: 'ADDRESS_IN_USE',
    });
    await server.close();
    await new ZmqServer({ bind: anyPort }).close();
    expect(() => new ZmqServer({ bind: 'tcp://nowhere' })).toThrow(
      expect.objectContaining({ code: 'INVALID_ADDRESS' }),
    );
  });
});

const FRONT = Symbol('front');
const BACK = Symbol('back');

@Controller()
class DoorsController {
  @MessagePattern('door', FRONT)
  front(): string {
    return 'front';
  }

  @MessagePattern('door', BACK)
  back(@Ctx() context: ZmqContext): string {
    return `back ${context.getPattern()}`;
  }
}

class Lifecycle implements OnModuleInit, OnModuleDestroy {
  readonly steps: string[] = [];
  onModuleInit() {
    this.steps.push('init');
  }
  onModuleDestroy() {
    this.steps.push('destroy');
  }
}

@Module({ controllers: [DoorsController], providers: [Lifecycle] })
class DoorsModule {}

describe('ZmqServer in a hybrid application', () => {
  it('keeps several strategies apart by their transport ids, listens after init and closes with the application', async () => {
    const hybrid = await NestFactory.create(DoorsModule, new FastifyAdapter(), { logger: false });
    fixture.defer(() => hybrid.close());
    const steps = hybrid.get(Lifecycle).steps;
    const front = new ZmqServer({ bind: anyPort, transportId: FRONT });
    const back = new ZmqServer({ bind: anyPort, transportId: BACK });
    for (const strategy of [front, back]) {
      strategy.on('listening', () => steps.push('listening'));
      strategy.status.subscribe((status) => status === 'disconnected' && steps.push('closed'));
      hybrid.connectMicroservice<MicroserviceOptions>({ strategy });
    }
    await hybrid.init();
    await hybrid.startAllMicroservices();
    const ask = (server: ZmqServer) =>
      firstValueFrom(fixture.client(server.unwrap<RouterSocket>().endpoint).send('door', {}));
    await expect(ask(front)).resolves.toBe('front');
    await expect(ask(back)).resolves.toBe('back door');
    await hybrid.close();
    expect(steps).toEqual(['init', 'listening', 'listening', 'destroy', 'closed', 'closed']);
  });
});
