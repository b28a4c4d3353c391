import type { LoggerService } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { FastifyAdapter, type NestFastifyApplication } from '@nestjs/platform-fastify';
import { HttpErrorFilter, OriginCheck, servedHosts } from '@penstock/http';
import { frameworkLogger } from '@penstock/logging';
import { PortTakenError, type ParameterValues } from '@penstock/parameters';
import type { AddressInfo } from 'node:net';
import { AppModule } from './app.module.js';
import { healthSettings } from './config/settings.js';
import { Rounds } from './rounds.js';

/** A health check that runs. */
export interface RunningHealthCheck {
  /** Where its verdict is served. */
  readonly url: string;
  stop(): Promise<void>;
}

/**
 * Starts a health check: it probes, and its port is bound, when this resolves.
 *
 * @throws PortTakenError
 */
export async function startHealthCheck(
  values: ParameterValues,
  logger: LoggerService,
): Promise<RunningHealthCheck> {
  const { HC_BIND: bind, HC_HTTPPORT: port, HC_HTTPHOSTS: hosts } = values;
  const app = await NestFactory.create<NestFastifyApplication>(
    AppModule.with(healthSettings(values), logger),
    new FastifyAdapter({ forceCloseConnections: true }),
    { logger: frameworkLogger(logger), abortOnError: false },
  );
  const origins = new OriginCheck(servedHosts(bind, hosts), 'HC_HTTPHOSTS');
  const server = app.getHttpAdapter().getInstance();
  server.addHook('onRequest', async (request) => origins.check(request));
  app.useGlobalFilters(new HttpErrorFilter(logger, 'the health check'));
  const rounds = app.get(Rounds);
  const stop = async (): Promise<void> => {
    await rounds.stop();
    await app.close();
  };
  try {
    await app.listen(port, bind);
  } catch (error) {
    await stop();
    const isTaken = error instanceof Error && 'code' in error && error.code === 'EADDRINUSE';
    throw isTaken ? new PortTakenError(port, 'HC_HTTPPORT', { cause: error }) : error;
  }
  rounds.start();
  const host = bind.includes(':') ? `[${bind}]` : bind;
  return { url: `http://${host}:${(server.server.address() as AddressInfo).port}`, stop };
}
