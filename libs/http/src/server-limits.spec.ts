import fastify from 'fastify';
import { once } from 'node:events';
import { connect, type AddressInfo, type Socket } from 'node:net';
import { text } from 'node:stream/consumers';
import { expect, it, onTestFinished } from 'vitest';
import { limitServer, serverLimits, type ServerLimits } from './server-limits.js';

async function port(limits: Partial<ServerLimits>): Promise<number> {
  const app = fastify({ forceCloseConnections: true, http: { connectionsCheckingInterval: 20 } });
  app.post('/', async ({ body }) => ({ body }));
  limitServer(app, { ...serverLimits, ...limits });
  await app.listen({ port: 0, host: '127.0.0.1' });
  onTestFinished(() => app.close());
  return (app.server.address() as AddressInfo).port;
}

async function dial(to: number, says = ''): Promise<Socket> {
  const socket = connect(to, '127.0.0.1').on('error', () => undefined);
  onTestFinished(() => void socket.destroy());
  await once(socket, 'connect');
  socket.write(says);
  return socket;
}

const head = 'POST / HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n';
const whole = `${head}Content-Length: 2\r\nConnection: close\r\n\r\n{}`;

it('turns away a head that does not come to its end', async () => {
  const socket = await dial(await port({ headMs: 100 }), head);
  expect(await text(socket)).toContain('408');
});

it('turns away a body that does not come to its end', async () => {
  const socket = await dial(await port({ requestMs: 100, headMs: 100 }), `${head}Content-Length: 2\r\n\r\n{`);
  expect(await text(socket)).toContain('408');
});

it('has no more connections than it may, and goes on serving those', async () => {
  const to = await port({ connections: 1 });
  const first = await dial(to);
  const second = await dial(to, whole);
  await once(second, 'close');
  first.write(whole);
  expect(await text(first)).toContain('200 OK');
});
