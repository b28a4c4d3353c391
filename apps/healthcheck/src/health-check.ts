import type { LoggerService } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { FastifyAdapter, type NestFastifyApplication } from '@nestjs/platform-fastify';
import { certificateIn, followCertificate } from '@penstock/access';
import { HttpErrorFilter, limitServer, openGate, type GatePlace } from '@penstock/http';
import { frameworkLogger } from '@penstock/logging';
import { PortTakenError, type ParameterValues } from '@penstock/parameters';
import type { AddressInfo } from 'node:net';
import { policy } from './api/policy.js';
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
 * @throws PortTakenError, TokensFolderError; PenstockError `INVALID_CERTIFICATE`
 */
export async function startHealthCheck(
  values: ParameterValues,
  logger: LoggerService,
): Promise<RunningHealthCheck> {
  const { HC_BIND: bind, HC_HTTPPORT: port } = values;
  const files = {
    cert: values.HC_HTTPCERT,
    key: values.HC_HTTPKEY,
    parameters: 'HC_HTTPCERT and HC_HTTPKEY',
  };
  const https = certificateIn(files.cert, files.key, files.parameters);
  const gate = openGate(gatePlace(values), policy, logger, 'HC');
  const app = await NestFactory.create<NestFastifyApplication>(
    AppModule.with(healthSettings(values), logger, gate),
    new FastifyAdapter({ forceCloseConnections: true, ...(https === undefined ? {} : { https }) }),
    { logger: frameworkLogger(logger), abortOnError: false },
  );
  const server = app.getHttpAdapter().getInstance();
  gate.guard(server);
  limitServer(server);
  app.useGlobalFilters(new HttpErrorFilter(logger, 'the health check', gate));
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
  followCertificate(app.getHttpServer(), files, logger, 'HC');
  rounds.start();
  const host = bind.includes(':') ? `[${bind}]` : bind;
  const scheme = https === undefined ? 'http' : 'https';
  return { url: `${scheme}://${host}:${(server.server.address() as AddressInfo).port}`, stop };
}

function gatePlace(values: ParameterValues): GatePlace {
  return {
    address: values.HC_BIND,
    hosts: values.HC_HTTPHOSTS,
    hostsParameter: 'HC_HTTPHOSTS',
    tokens: values.PENSTOCK_TOKENS,
    isInsecure: values.PENSTOCK_INSECURE,
    requestsPerSecond: values.PENSTOCK_TOKEN_RATE,
  };
}
