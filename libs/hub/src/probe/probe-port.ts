import type { LoggerService } from '@nestjs/common';
import { Module } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import type { MicroserviceOptions } from '@nestjs/microservices';
import { frameworkLogger } from '@penstock/logging';
import { ZmqServer } from '@penstock/nestjs-zeromq';
import { PenstockError } from '@penstock/protocol';
import type { CurveKeys, RouterSocket } from '@penstock/zmq';
import type { ProbeGuests } from './probe-guests.js';
import { ProbeController } from './probe.controller.js';
import { Prober } from './prober.js';

/** Ports that are tried, beginning with the one that is wanted: so many hubs fit on one machine. */
const TRIES = 256;
/** The port carries no batches: a peer that does not read its answers loses some. */
const HIGH_WATER_MARK = 64;

/** Calls of one connection: a health check makes one a second, or a few. */
const CALLS_PER_SECOND = 100;

@Module({})
class ProbeModule {}

/** An open probe port. */
export interface ProbePort {
  readonly port: number;
  close(): Promise<void>;
}

/**
 * Opens the port on which a hub answers probes: a microservice of its own, which owes nothing to the link with the
 * balancer.
 *
 * @param bind an IP address
 * @param port the port, or where that is taken the next free one; 0 = any free one
 * @param curve the hub's own keys; `undefined` = it has none, and everybody's probes are answered
 * @param guests whose are, where it has
 * @throws PenstockError `ADDRESS_IN_USE` when so many ports are taken, `INVALID_ADDRESS`
 */
export async function openProbePort(
  prober: Prober,
  bind: string,
  port: number,
  logger: LoggerService,
  curve: CurveKeys | undefined,
  guests: ProbeGuests,
): Promise<ProbePort> {
  const host = bind.includes(':') ? `[${bind}]` : bind;
  for (let candidate = port; ; candidate++) {
    const strategy = new ZmqServer({
      bind: `tcp://${host}:${candidate === 0 ? '*' : candidate}`,
      highWaterMark: HIGH_WATER_MARK,
      callsPerSecond: CALLS_PER_SECOND,
      ...(curve === undefined ? {} : { curve, admit: ({ key }) => key !== undefined && guests.has(key) }),
    });
    const app = await NestFactory.createMicroservice<MicroserviceOptions>(
      {
        module: ProbeModule,
        controllers: [ProbeController],
        providers: [{ provide: Prober, useValue: prober }],
      },
      { strategy, logger: frameworkLogger(logger), abortOnError: false },
    );
    try {
      await app.listen();
    } catch (error) {
      await app.close();
      const isTaken = error instanceof PenstockError && error.code === 'ADDRESS_IN_USE';
      if (!isTaken || port === 0 || candidate >= port + TRIES) throw error;
      continue;
    }
    const { endpoint } = strategy.unwrap<RouterSocket>();
    return { port: Number(endpoint.slice(endpoint.lastIndexOf(':') + 1)), close: () => app.close() };
  }
}
