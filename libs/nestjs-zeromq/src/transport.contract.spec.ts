import { encodeEnvelope, Kind, NO_SESSION, type EnvelopeCall } from '@penstock/protocol';
import type { RouterSocket } from '@penstock/zmq';
import { firstValueFrom, lastValueFrom, Observable, toArray } from 'rxjs';
import { afterEach, describe, expect, it } from 'vitest';
import { collectedBatch, SESSION } from '../test/batches.js';
import { freshEndpoint, transports } from '../test/endpoints.js';
import { Fixture } from '../test/micro-app.js';
import { ZmqRecord } from './zmq.record.js';

const fixture = new Fixture();
afterEach(() => fixture.cleanUp());

/** What a request fails with. */
function failure(answer: Observable<unknown>): Promise<unknown> {
  return lastValueFrom(answer, { defaultValue: undefined }).then(
    (value) => Promise.reject(new Error(`expected a failure, got ${JSON.stringify(value)}`)),
    (error: unknown) => error,
  );
}

describe.each(transports)('ZmqServer and ZmqClient over %s', (transport) => {
  async function setup() {
    const micro = await fixture.serve(await freshEndpoint(transport));
    return { ...micro, client: fixture.client(micro.endpoint) };
  }

  it('answer a request', async () => {
    const { client, journal } = await setup();
    await expect(firstValueFrom(client.send('sum', [1, 2, 3]))).resolves.toBe(6);
    const context = await journal.contexts.next();
    expect(context.getPattern()).toBe('sum');
    expect(context.getSession()).toEqual(NO_SESSION);
    expect(context.getMetadata()).toBeUndefined();
    expect(context.getPeer().byteLength).toBeGreaterThan(0);
    expect(context.frames).toEqual([]);
  });

  it('carry any JSON, and object patterns', async () => {
    const { client } = await setup();
    for (const value of ['', 0, false, [], {}, { a: [null, { b: 'ü' }] }]) {
      await expect(firstValueFrom(client.send({ cmd: 'later' }, value))).resolves.toEqual(value);
    }
  });

  it('refuse a request without data, as Nest does', async () => {
    const { client } = await setup();
    for (const nothing of [undefined, null]) {
      expect(await failure(client.send('sum', nothing))).toMatchObject({
        message: expect.stringContaining('invalid data') as string,
      });
    }
  });

  it('complete a request without a value when its handler answers nothing', async () => {
    const { client } = await setup();
    await expect(lastValueFrom(client.send('nothing', {}).pipe(toArray()))).resolves.toEqual([]);
    await expect(firstValueFrom(client.send('nothing', {}))).rejects.toMatchObject({ name: 'EmptyError' });
  });

  it('stream an answer of several values, also one that fails in the end', async () => {
    const { client } = await setup();
    await expect(lastValueFrom(client.send('count', 100).pipe(toArray()))).resolves.toEqual(
      Array.from({ length: 100 }, (_, index) => index + 1),
    );
    const values: unknown[] = [];
    const error = await new Promise((resolve) => {
      client.send('count-and-fail', {}).subscribe({ next: (value) => values.push(value), error: resolve });
    });
    expect(values).toEqual([1]);
    expect(error).toMatchObject({ code: 'QUEUE_FULL' });
  });

  it('tell the caller how a handler failed, and keep what is not its business', async () => {
    const { client } = await setup();
    expect(await failure(client.send('penstock-error', {}))).toMatchObject({
      name: 'PenstockError',
      code: 'QUOTA_EXCEEDED',
      message: 'one too many',
      retryable: true,
      details: { limit: 5 },
    });
    expect(await failure(client.send('rpc-exception', {}))).toEqual({ code: 'OUT_OF_INK', colour: 'cyan' });
    expect(await failure(client.send('rpc-text', {}))).toMatchObject({
      code: 'INTERNAL',
      message: 'out of paper',
    });
    expect(await failure(client.send('error', {}))).toMatchObject({
      code: 'INTERNAL',
      message: 'Internal server error',
    });
  });

  it('tell the caller when an answer is no JSON, instead of letting it wait', async () => {
    const { client } = await setup();
    expect(await failure(client.send('bigint', {}))).toMatchObject({ code: 'INVALID_MESSAGE' });
  });

  it('refuse a pattern that nobody handles', async () => {
    const { client, server } = await setup();
    expect(await failure(client.send('multiply', [2, 3]))).toMatchObject({
      code: 'UNKNOWN_PATTERN',
      details: { pattern: 'multiply' },
    });
    expect(server.counters.unhandled).toBe(1);
  });

  it('deliver an event to all its handlers, with its metadata', async () => {
    const { client, journal } = await setup();
    const event = client.emit('noted', new ZmqRecord({ a: 1 }, { metadata: { trace: 't1' } }));
    await lastValueFrom(event, { defaultValue: undefined });
    expect(await journal.events.next()).toEqual({ a: 1 });
    expect(await journal.events.next()).toEqual({ also: { a: 1 } });
    expect((await journal.contexts.next()).getMetadata()).toEqual({ trace: 't1' });
  });

  it('carry the metadata that a dispatch hook attaches', async () => {
    const { client, journal } = await setup();
    client.setOnDispatchHook((packet) => {
      packet.metadata = { trace: 't2' };
    });
    await firstValueFrom(client.send('sum', [1]));
    expect((await journal.contexts.next()).getMetadata()).toEqual({ trace: 't2' });
  });

  it('report an event that nobody handles, or whose handler fails', async () => {
    const { client, journal } = await setup();
    const reported = [nextError(), nextError()];
    function nextError() {
      return new Promise((resolve) => client.on('error', resolve));
    }
    client.emit('unheard', {});
    expect(await reported[0]).toMatchObject({ code: 'UNKNOWN_PATTERN' });
    const failed = nextError();
    client.emit('fails', 'thus');
    expect(await journal.events.next()).toBe('thus');
    expect(await failed).toMatchObject({ code: 'INVALID_MESSAGE', message: 'not like this' });
  });

  it('fail a request that is not answered by its deadline, and drop an answer that comes later', async () => {
    const { client, journal } = await setup();
    expect(await failure(client.send('never', new ZmqRecord('a', { timeoutMs: 10 })))).toMatchObject({
      code: 'DEADLINE_EXCEEDED',
      retryable: true,
    });
    expect(await journal.opened.next()).toBe('a');
    await expect(firstValueFrom(client.send('sum', [1]))).resolves.toBe(1);
  });

  it('give a streamed answer the full time again with each value', async () => {
    const { client } = await setup();
    const values: unknown[] = [];
    const error = await new Promise((resolve) => {
      client
        .send('forever', new ZmqRecord('stream', { timeoutMs: 20 }))
        .subscribe({ next: (value) => values.push(value), error: resolve });
    });
    expect(values).toEqual(['first']);
    expect(error).toMatchObject({ code: 'DEADLINE_EXCEEDED' });
  });

  it('forget a request that is unsubscribed from', async () => {
    const { client } = await setup();
    await new Promise<void>((resolve) => {
      const subscription = client.send('forever', 'x').subscribe(() => {
        subscription.unsubscribe();
        resolve();
      });
    });
    await expect(firstValueFrom(client.send('sum', [2]))).resolves.toBe(2);
  });

  it('keep a thousand requests of several clients apart', async () => {
    const { client, endpoint } = await setup();
    const clients = [client, fixture.client(endpoint), fixture.client(endpoint)] as const;
    const answers = await Promise.all(
      Array.from({ length: 1_000 }, (_, index) => {
        const asker = clients[(index % 3) as 0 | 1 | 2];
        const answer = index % 2 ? asker.send('sum', [index, 1]) : asker.send({ cmd: 'later' }, index);
        return firstValueFrom(answer);
      }),
    );
    expect(answers).toEqual(Array.from({ length: 1_000 }, (_, index) => (index % 2 ? index + 1 : index)));
  });

  it('hand a batch to the handler of its kind, whole, and push one back', async () => {
    const { server, journal, endpoint } = await setup();
    const peer = fixture.dealer(endpoint);
    const batch = collectedBatch();
    const payload = Buffer.alloc(100_000, 7);
    peer.socket.send([batch, payload]);
    const { data, context } = await journal.batches.next();
    expect(Buffer.concat(data)).toEqual(Buffer.concat([batch, payload]));
    expect(context.frames).toBe(data);
    expect(context.getPattern()).toBe('batch.collected');
    expect(context.getSession()).toEqual(SESSION);
    server.unwrap<RouterSocket>().send(context.getPeer(), [batch]);
    expect((await peer.received.next()).head).toMatchObject({ ...SESSION, kind: Kind.collected, count: 1 });
    expect(server.counters).toMatchObject({ batches: 1, failed: 0 });
  });

  it('read the next batch only when the handler is done with the one before', async () => {
    const { journal, endpoint } = await setup();
    let atWork = 0;
    journal.onBatch = async () => {
      expect(++atWork).toBe(1);
      await new Promise((resolve) => setImmediate(resolve));
      atWork--;
    };
    const { socket } = fixture.dealer(endpoint);
    const bodies = [1, 2, 3].map((byte) => Buffer.from([byte]));
    for (const body of bodies) socket.send([collectedBatch(), body]);
    for (const body of bodies) expect((await journal.batches.next()).data[1]).toEqual(body);
  });

  it('close while requests are open: what ends in time is answered, the rest is told, nothing waits for ever', async () => {
    const { app, client, journal } = await setup();
    const inTime = firstValueFrom(client.send({ cmd: 'later' }, 'in time'));
    const stuck = failure(client.send('never', 'stuck'));
    const streaming = failure(client.send('forever', 'streaming'));
    await journal.opened.next();
    await journal.opened.next();
    await app.close();
    await app.close();
    await expect(inTime).resolves.toBe('in time');
    expect(await stuck).toMatchObject({ code: 'SHUTTING_DOWN' });
    expect(await streaming).toMatchObject({ code: 'SHUTTING_DOWN' });
    expect(journal.ended.all).toEqual(['streaming']);
  });

  it('fail open requests when the client is closed, and every later one', async () => {
    const { client, journal } = await setup();
    const open = failure(client.send('never', 'a'));
    await journal.opened.next();
    client.close();
    client.close();
    expect(await open).toMatchObject({ code: 'CLOSED' });
    expect(await failure(client.send('sum', [1]))).toMatchObject({ code: 'CLOSED' });
    expect(await failure(client.emit('noted', {}))).toMatchObject({ code: 'CLOSED' });
    await expect(client.connect()).rejects.toMatchObject({ code: 'CLOSED' });
  });

  it('serve again after the server was closed and started anew', async () => {
    const { app, client, endpoint } = await setup();
    await firstValueFrom(client.send('sum', [1]));
    const disconnected = new Promise<void>((resolve) => client.on('disconnected', resolve));
    await app.close();
    await fixture.serve(endpoint);
    // Inproc tells that the server is gone only when a message finds it so.
    if (transport === 'inproc') await failure(client.send('sum', [1]));
    await disconnected;
    await expect(firstValueFrom(client.send('sum', [2]))).resolves.toBe(2);
  });

  it('wait for a server that starts later, for as long as the deadline allows', async () => {
    const endpoint = await freshEndpoint(transport);
    const client = fixture.client(endpoint);
    expect(await failure(client.send('sum', new ZmqRecord([1], { timeoutMs: 10 })))).toMatchObject({
      code: 'DEADLINE_EXCEEDED',
    });
    const answer = firstValueFrom(client.send('sum', [1, 1]));
    const { journal } = await fixture.serve(endpoint);
    await expect(answer).resolves.toBe(2);
    expect(journal.contexts.all).toHaveLength(transport === 'inproc' ? 2 : 1);
  });

  it('refuse to start on an address that is taken', async () => {
    const { endpoint } = await setup();
    await expect(fixture.serve(endpoint)).rejects.toMatchObject({ code: 'ADDRESS_IN_USE' });
  });

  it('give a control message no way to a handler of batches', async () => {
    const { journal, endpoint } = await setup();
    const { socket, received } = fixture.dealer(endpoint);
    for (const pattern of ['batch.collected', '"batch.collected"', '["batch.collected"]']) {
      socket.send([encodeEnvelope({ pattern, data: {}, id: '1' })]);
      expect((await received.next()).envelope).toMatchObject({ id: '1', err: { code: 'UNKNOWN_PATTERN' } });
      socket.send([encodeEnvelope({ pattern, data: {} })]);
      const { envelope } = await received.next();
      expect(envelope as EnvelopeCall).toMatchObject({
        pattern: 'protocol.error',
        data: { code: 'UNKNOWN_PATTERN' },
      });
    }
    expect(journal.batches.all).toEqual([]);
  });
});
