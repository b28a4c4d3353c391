import { Logger, Module, type INestMicroservice } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import type { MicroserviceOptions } from '@nestjs/microservices';
import { DealerSocket, readIncoming, type Incoming, type RouterSocket } from '@penstock/zmq';
import { PenstockErrorFilter } from '../src/penstock-error.filter.js';
import { ZmqClient } from '../src/zmq.client.js';
import type { ZmqClientOptions } from '../src/zmq.client-options.js';
import { ZmqServer } from '../src/zmq.server.js';
import type { ZmqBindOptions } from '../src/zmq.server-options.js';
import { CalculatorController, Journal } from './calculator.js';
import { Inbox } from './inbox.js';

@Module({ controllers: [CalculatorController], providers: [Journal] })
export class CalculatorModule {}

// What handlers throw on purpose need not be shown.
Logger.overrideLogger(false);

/** A microservice of the calculator, with what a spec asks of it. */
export interface MicroApp {
  readonly app: INestMicroservice;
  readonly server: ZmqServer;
  readonly journal: Journal;
  readonly endpoint: string;
}

/** Starts Nest applications and clients, and closes them all. */
export class Fixture {
  private readonly cleanups: (() => unknown)[] = [];

  /** Something to be done at the end. */
  defer(cleanup: () => unknown): void {
    this.cleanups.push(cleanup);
  }

  async cleanUp(): Promise<void> {
    for (const cleanup of this.cleanups.splice(0).toReversed()) await cleanup();
  }

  async serve(bind: string, options: Partial<ZmqBindOptions> = {}): Promise<MicroApp> {
    const server = new ZmqServer({ bind, drainMs: 50, ...options });
    const app = await NestFactory.createMicroservice<MicroserviceOptions>(CalculatorModule, {
      strategy: server,
      logger: false,
    });
    app.useGlobalFilters(new PenstockErrorFilter());
    this.defer(() => app.close());
    await app.listen();
    return { app, server, journal: app.get(Journal), endpoint: server.unwrap<RouterSocket>().endpoint };
  }

  client(endpoint: string, options: Partial<ZmqClientOptions> = {}): ZmqClient {
    const client = new ZmqClient({ endpoint, ...options });
    this.defer(() => client.close());
    return client;
  }

  /** A peer without Nest, which can send whatever it likes. */
  dealer(endpoint: string): { socket: DealerSocket; received: Inbox<Incoming> } {
    const received = new Inbox<Incoming>();
    const socket = new DealerSocket({
      endpoint,
      onMessage: (frames) => received.put(readIncoming(frames)),
      onError: (error) => {
        throw new Error('the peer failed', { cause: error });
      },
    });
    this.defer(() => socket.close());
    socket.connect();
    return { socket, received };
  }
}
