import type { LoggerService } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import type { MicroserviceOptions } from '@nestjs/microservices';
import { FastifyAdapter, type NestFastifyApplication } from '@nestjs/platform-fastify';
import { certificateIn, followCertificate } from '@penstock/access';
import { Gate, HttpErrorFilter, limitBodyDepth, limitServer } from '@penstock/http';
import { PortTakenError, type ParameterValues } from '@penstock/parameters';
import { frameworkLogger } from '@penstock/logging';
import { serveOpenApi } from './api/open-api.js';
import { Readiness } from './api/readiness.js';
import { AppModule } from './app.module.js';
import { Engine } from '@penstock/engine';
import { BalancerSockets, isAddressInUse, type BalancerSocket } from './sockets/balancer-sockets.js';

/** Room for a payload in base64, and for what stands around it. */
const bodyLimit = ({ LB_PAYLOAD_MAX }: ParameterValues): number =>
  Math.ceil((LB_PAYLOAD_MAX * 4) / 3) + 1024 * 1024;

/**
 * Starts a balancer: all of its ports are bound, in the order in which others may use them, when this resolves.
 *
 * @throws PortTakenError, TokensFolderError; PenstockError `INVALID_CERTIFICATE`
 */
export async function startBalancer(
  parameters: ParameterValues,
  logger: LoggerService,
): Promise<NestFastifyApplication> {
  const { LB_HTTPCERT: cert, LB_HTTPKEY: key } = parameters;
  const files = { cert, key, parameters: 'LB_HTTPCERT and LB_HTTPKEY' };
  const https = certificateIn(cert, key, files.parameters);
  const app = await NestFactory.create<NestFastifyApplication>(
    AppModule.with(parameters, logger),
    new FastifyAdapter({
      bodyLimit: bodyLimit(parameters),
      forceCloseConnections: true,
      ...(https === undefined ? {} : { https }),
    }),
    { logger: frameworkLogger(logger), abortOnError: false },
  );
  try {
    const gate = app.get(Gate);
    const server = app.getHttpAdapter().getInstance();
    gate.guard(server);
    limitServer(server);
    limitBodyDepth(server);
    app.useGlobalFilters(new HttpErrorFilter(logger, 'the balancer', gate));
    serveOpenApi(app, gate.access.cookieName);
    const sockets = app.get(BalancerSockets);
    // The hooks of all providers run before a port opens: nothing comes in before it can be dealt with.
    await app.init();
    for (const socket of [sockets.hubs, sockets.clients, sockets.control])
      await listen(app, socket, parameters);
    await listenHttp(app, parameters);
    followCertificate(app.getHttpServer(), files, logger, 'LB');
    app.get(Readiness).state = 'ready';
    return app;
  } catch (error) {
    await app.close();
    throw error;
  }
}

/** Stops taking tasks, sends what was decided, and closes all ports. */
export async function stopBalancer(app: NestFastifyApplication): Promise<void> {
  app.get(Readiness).state = 'stopping';
  app.get(Engine).submissions.isClosed = true;
  await app.close();
}

async function listen(
  app: NestFastifyApplication,
  socket: BalancerSocket,
  parameters: ParameterValues,
): Promise<void> {
  const microservice = app.connectMicroservice<MicroserviceOptions>({ strategy: socket.strategy });
  try {
    await microservice.listen();
  } catch (error) {
    if (!isAddressInUse(error)) throw error;
    throw new PortTakenError(parameters[socket.parameter], socket.parameter, { cause: error });
  }
}

async function listenHttp(
  app: NestFastifyApplication,
  { LB_HTTPPORT, LB_BIND }: ParameterValues,
): Promise<void> {
  try {
    await app.listen(LB_HTTPPORT, LB_BIND);
  } catch (error) {
    if (!(error instanceof Error && 'code' in error && error.code === 'EADDRINUSE')) throw error;
    throw new PortTakenError(LB_HTTPPORT, 'LB_HTTPPORT', { cause: error });
  }
}
