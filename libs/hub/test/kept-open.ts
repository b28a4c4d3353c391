import { createServer, type AddressInfo, type Server, type Socket } from 'node:net';
import { onTestFinished } from 'vitest';

/**
 * A port whose connections tell a test that a process lives: a task connects and keeps the connection; when the
 * process dies, however it does, the connection is closed.
 */
export class KeptOpen {
  private readonly server: Server;
  private readonly sockets: Socket[] = [];
  private readonly first = Promise.withResolvers<Socket>();

  constructor() {
    this.server = createServer((socket) => {
      this.sockets.push(socket);
      socket.on('error', () => undefined);
      this.first.resolve(socket);
    });
    onTestFinished(() => {
      for (const socket of this.sockets) socket.destroy();
      this.server.close();
    });
  }

  async listen(): Promise<number> {
    const { promise, resolve } = Promise.withResolvers<void>();
    this.server.listen(0, '127.0.0.1', resolve);
    await promise;
    return (this.server.address() as AddressInfo).port;
  }

  /** Resolves once a task holds a connection. */
  async opened(): Promise<void> {
    await this.first.promise;
  }

  /** Resolves once the process of the first connection is dead. */
  async closed(): Promise<void> {
    const socket = await this.first.promise;
    const { promise, resolve } = Promise.withResolvers<void>();
    if (socket.closed) resolve();
    else socket.once('close', () => resolve());
    socket.resume();
    await promise;
  }
}
