import { Inject, Injectable, Module } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { ClientsModule, type ClientProxy } from '@nestjs/microservices';
import { encodeEnvelope, PenstockError } from '@penstock/protocol';
import { DealerSocket, RouterSocket } from '@penstock/zmq';
import { catchError, firstValueFrom, lastValueFrom } from 'rxjs';
import { afterEach, describe, expect, it } from 'vitest';
import { freshEndpoint } from '../test/endpoints.js';
import { Fixture } from '../test/micro-app.js';
import { ZmqClient } from './zmq.client.js';
import { ZmqRecord } from './zmq.record.js';

const fixture = new Fixture();
afterEach(() => fixture.cleanUp());

const anyPort = 'tcp://127.0.0.1:*';
const MATHS = Symbol('maths');

@Injectable()
class Sums {
  constructor(@Inject(MATHS) readonly client: ClientProxy) {}
}

describe('ZmqClient', () => {
  it('is made, injected and closed by ClientsModule', async () => {
    const { endpoint } = await fixture.serve(anyPort);
    @Module({
      imports: [ClientsModule.register([{ name: MATHS, customClass: ZmqClient, options: { endpoint } }])],
      providers: [Sums],
    })
    class SumsModule {}
    const app = await NestFactory.createApplicationContext(SumsModule, { logger: false });
    const { client } = app.get(Sums);
    await expect(firstValueFrom(client.send('sum', [1, 2, 3]))).resolves.toBe(6);
    await app.close();
    await expect(firstValueFrom(client.send('sum', [1]))).rejects.toMatchObject({ code: 'CLOSED' });
  });

  it('connects once for any number of requests', async () => {
    const { endpoint } = await fixture.serve(anyPort);
    const client = fixture.client(endpoint);
    expect(() => client.unwrap()).toThrow(expect.objectContaining({ code: 'CONNECTION_LOST' }));
    await Promise.all([client.connect(), client.connect(), firstValueFrom(client.send('sum', [1]))]);
    const socket = client.unwrap();
    expect(socket).toBeInstanceOf(DealerSocket);
    await client.connect();
    await firstValueFrom(client.send('sum', [1]));
    expect(client.unwrap()).toBe(socket);
  });

  it('sends nothing until the answer is subscribed to', async () => {
    const { endpoint, server } = await fixture.serve(anyPort);
    const client = fixture.client(endpoint);
    const answer = client.send('sum', [1]);
    await client.connect();
    await firstValueFrom(client.send('sum', [2]));
    expect(server.counters.calls).toBe(1);
    await firstValueFrom(answer);
    expect(server.counters.calls).toBe(2);
  });

  it('gives up to connect after its deadline, and connects when the server is there after all', async () => {
    const endpoint = await freshEndpoint('tcp');
    const client = fixture.client(endpoint, { timeoutMs: 20 });
    await expect(client.connect()).rejects.toMatchObject({ code: 'DEADLINE_EXCEEDED' });
    const event = client.emit('noted', {});
    await expect(lastValueFrom(event)).rejects.toMatchObject({ code: 'DEADLINE_EXCEEDED' });
    const connected = new Promise<void>((resolve) => client.on('connected', resolve));
    await fixture.serve(endpoint);
    await connected;
    await expect(client.connect()).resolves.toBeUndefined();
  });

  it('does not send a request whose caller has gone while there was no connection', async () => {
    const endpoint = await freshEndpoint('ipc');
    const client = fixture.client(endpoint);
    client.send('noted', 'dropped').subscribe().unsubscribe();
    const late = client.send('noted', new ZmqRecord('too late', { timeoutMs: 5 }));
    await expect(firstValueFrom(late)).rejects.toMatchObject({ code: 'DEADLINE_EXCEEDED' });
    const { journal } = await fixture.serve(endpoint);
    await expect(firstValueFrom(client.send('sum', [1]))).resolves.toBe(1);
    expect(journal.events.all).toEqual([]);
  });

  it('lets a request be made again from within the failure of one', async () => {
    const endpoint = await freshEndpoint('tcp');
    const { promise: asked, resolve: onMessage } = Promise.withResolvers<void>();
    const mute = new RouterSocket({ endpoint, onMessage: () => onMessage(), onError: () => {} });
    await mute.bind();
    const client = fixture.client(endpoint);
    const again = firstValueFrom(client.send('sum', [1]).pipe(catchError(() => client.send('sum', [3, 4]))));
    await asked;
    await mute.close();
    await fixture.serve(endpoint);
    await expect(again).resolves.toBe(7);
  });

  it('bounds its open requests', async () => {
    const { endpoint, journal } = await fixture.serve(anyPort);
    const client = fixture.client(endpoint, { maxOpenRequests: 1 });
    const open = firstValueFrom(client.send('never', new ZmqRecord('x', { timeoutMs: 100 })));
    await journal.opened.next();
    await expect(firstValueFrom(client.send('sum', [1]))).rejects.toMatchObject({
      code: 'OUTBOX_FULL',
      retryable: true,
    });
    await expect(open).rejects.toMatchObject({ code: 'DEADLINE_EXCEEDED' });
    await expect(firstValueFrom(client.send('sum', [1]))).resolves.toBe(1);
  });

  it('refuses what is no JSON or too large before it sends it', async () => {
    const { endpoint, server } = await fixture.serve(anyPort);
    const client = fixture.client(endpoint);
    await expect(firstValueFrom(client.send('sum', 1n))).rejects.toMatchObject({ code: 'INVALID_MESSAGE' });
    const large = 'x'.repeat(1024 * 1024);
    await expect(firstValueFrom(client.send('sum', large))).rejects.toMatchObject({ code: 'TOO_LARGE' });
    await expect(lastValueFrom(client.emit('noted', large))).rejects.toMatchObject({ code: 'TOO_LARGE' });
    expect(server.counters).toMatchObject({ calls: 0, events: 0 });
  });

  it('ignores what its server should not send, and reports protocol errors', async () => {
    const { endpoint, journal, server } = await fixture.serve(anyPort);
    const client = fixture.client(endpoint);
    const errors: unknown[] = [];
    client.on('error', (error) => errors.push(error));
    await firstValueFrom(client.send('sum', [1]));
    const peer = (await journal.contexts.next()).getPeer();
    const router = server.unwrap<RouterSocket>();
    router.send(peer, [Buffer.from('nonsense')]);
    router.send(peer, [encodeEnvelope({ id: 'unknown', response: 1, isDisposed: true })]);
    router.send(peer, [encodeEnvelope({ pattern: 'task.progress', data: {} })]);
    const wire = new PenstockError('TOO_LARGE', 'that was too much').toWire();
    router.send(peer, [encodeEnvelope({ pattern: 'protocol.error', data: wire })]);
    await expect(firstValueFrom(client.send('sum', [2]))).resolves.toBe(2);
    expect(errors).toMatchObject([{ code: 'MALFORMED_FRAME' }, { code: 'TOO_LARGE' }]);
  });

  it('refuses an endpoint that is none', () => {
    expect(() => new ZmqClient({ endpoint: '127.0.0.1:5555' })).toThrow(
      expect.objectContaining({ code: 'INVALID_ADDRESS' }),
    );
  });
});
