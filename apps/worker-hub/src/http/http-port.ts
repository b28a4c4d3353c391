import { Module, type DynamicModule, type LoggerService } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { FastifyAdapter, type NestFastifyApplication } from '@nestjs/platform-fastify';
import { Gate, HttpErrorFilter, limitServer, openGate, type GatePlace } from '@penstock/http';
import { frameworkLogger } from '@penstock/logging';
import type { ParameterValues } from '@penstock/parameters';
import type { AddressInfo } from 'node:net';
import { HealthController } from './health.controller.js';
import { Metrics } from './metrics.js';
import { MetricsController } from './metrics.controller.js';
import { policy } from './policy.js';
import { RunningHub } from './running-hub.js';

/** Ports that are tried, beginning with the one that is wanted: so many hubs fit on one machine. */
const TRIES = 256;

@Module({})
class HttpModule {
  static with(gate: Gate): DynamicModule {
    return {
      module: HttpModule,
      controllers: [HealthController, MetricsController],
      providers: [Metrics, RunningHub, { provide: Gate, useValue: gate }],
    };
  }
}

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
  const { WKHUB_BIND: bind, WKHUB_HTTPPORT: wanted } = values;
  for (let candidate = wanted; ; candidate++) {
    const gate = openGate(gatePlace(values), policy, logger, 'HUB');
    const app = await NestFactory.create<NestFastifyApplication>(
      HttpModule.with(gate),
      new FastifyAdapter({ forceCloseConnections: true }),
      { logger: frameworkLogger(logger), abortOnError: false },
    );
    const server = app.getHttpAdapter().getInstance();
    gate.guard(server);
    limitServer(server);
    app.useGlobalFilters(new HttpErrorFilter(logger, 'the worker hub', gate));
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

/** Without tokens, other machines may ask a hub whether it lives, and no more than that: it needs none to start. */
function gatePlace(values: ParameterValues): GatePlace {
  return {
    address: values.WKHUB_BIND,
    hosts: values.WKHUB_HTTPHOSTS,
    hostsParameter: 'WKHUB_HTTPHOSTS',
    tokens: values.PENSTOCK_TOKENS,
    isInsecure: values.PENSTOCK_INSECURE,
    requestsPerSecond: values.PENSTOCK_TOKEN_RATE,
  };
}
