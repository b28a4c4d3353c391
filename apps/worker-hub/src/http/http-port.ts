import type { LoggerService } from '@nestjs/common';
import { Module } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { FastifyAdapter, type NestFastifyApplication } from '@nestjs/platform-fastify';
import { HttpErrorFilter, OriginCheck, servedHosts } from '@penstock/http';
import { frameworkLogger } from '@penstock/logging';
import type { ParameterValues } from '@penstock/parameters';
import type { AddressInfo } from 'node:net';
import { HealthController } from './health.controller.js';
import { Metrics } from './metrics.js';
import { MetricsController } from './metrics.controller.js';
import { RunningHub } from './running-hub.js';

/** Ports that are tried, beginning with the one that is wanted: so many hubs fit on one machine. */
const TRIES = 256;

@Module({ controllers: [HealthController, MetricsController], providers: [Metrics, RunningHub] })
class HttpModule {}

/** The hub's open HTTP interface. */
export interface HttpPort {
  readonly port: number;
  /** What it speaks of. */
  readonly running: RunningHub;
  close(): Promise<void>;
}

/**
 * Serves health and metrics at WKHUB_HTTPPORT, or where that is taken at the next free port.
 *
 * @throws Error when so many ports are taken, or the address cannot be bound
 */
export async function openHttpPort(values: ParameterValues, logger: LoggerService): Promise<HttpPort> {
  const { WKHUB_BIND: bind, WKHUB_HTTPPORT: wanted, WKHUB_HTTPHOSTS: hosts } = values;
  const origins = new OriginCheck(servedHosts(bind, hosts), 'WKHUB_HTTPHOSTS');
  for (let candidate = wanted; ; candidate++) {
    const app = await NestFactory.create<NestFastifyApplication>(
      HttpModule,
      new FastifyAdapter({ forceCloseConnections: true }),
      { logger: frameworkLogger(logger), abortOnError: false },
    );
    const server = app.getHttpAdapter().getInstance();
    server.addHook('onRequest', async (request) => origins.check(request));
    app.useGlobalFilters(new HttpErrorFilter(logger, 'the worker hub'));
    try {
      await app.listen(candidate, bind);
    } catch (error) {
      await app.close();
      const isTaken = error instanceof Error && 'code' in error && error.code === 'EADDRINUSE';
      if (!isTaken || wanted === 0 || candidate >= wanted + TRIES) throw error;
      continue;
    }
    const { port } = server.server.address() as AddressInfo;
    return { port, running: app.get(RunningHub), close: () => app.close() };
  }
}
