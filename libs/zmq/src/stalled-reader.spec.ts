import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { connect, createServer, type AddressInfo, type Server, type Socket } from 'node:net';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { expect, it, onTestFinished } from 'vitest';
import { DealerSocket } from './dealer-socket.js';

/** Binds a router that holds peers up, and does not come to read for longer than libzmq's heartbeats take. */
const program = `
  import { RouterSocket } from '@penstock/zmq';
  let isFirst = true;
  const router = new RouterSocket({
    endpoint: 'tcp://127.0.0.1:*',
    receiveHighWaterMark: 2,
    onMessage: () => {
      if (!isFirst) return;
      isFirst = false;
      console.log('stands still');
      Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 3_000);
      console.log('goes on');
    },
    onError: (error) => console.log(error.message),
  });
  await router.bind();
  console.log(router.endpoint);
`;

it('survives a peer that goes while its messages are held up, although nobody reads for a while', async () => {
  const child = spawn(process.execPath, ['--input-type=module', '--eval', program], {
    cwd: fileURLToPath(new URL('..', import.meta.url)),
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  onTestFinished(() => void child.kill('SIGKILL'));
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  const next = async (): Promise<string | undefined> => (await lines.next()).value;
  const endpoint = (await next()) ?? '';
  const wire = await Wire.to(Number(endpoint.split(':').at(-1)));
  const peer = new DealerSocket({
    endpoint: wire.endpoint,
    onMessage: () => undefined,
    onError: () => undefined,
  });
  peer.connect();
  for (let count = 0; count < 1_000; count++) peer.send([Buffer.alloc(1_000)]);
  expect(await next()).toBe('stands still');
  wire.reset();
  expect(await next()).toBe('goes on');
  peer.close();
});

/** A connection that can be reset. */
class Wire {
  private readonly sockets: Socket[] = [];

  private constructor(
    private readonly server: Server,
    port: number,
  ) {
    server.on('connection', (near) => {
      const far = connect(port, '127.0.0.1');
      near.pipe(far).pipe(near);
      for (const socket of [near, far]) this.sockets.push(socket.on('error', () => undefined));
    });
    onTestFinished(() => void server.close());
  }

  static async to(port: number): Promise<Wire> {
    const server = createServer();
    await once(server.listen(0, '127.0.0.1'), 'listening');
    return new Wire(server, port);
  }

  get endpoint(): string {
    return `tcp://127.0.0.1:${(this.server.address() as AddressInfo).port}`;
  }

  reset(): void {
    this.server.close();
    for (const socket of this.sockets) socket.resetAndDestroy();
  }
}
