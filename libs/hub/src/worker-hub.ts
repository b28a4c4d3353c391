import type { INestMicroservice, LoggerService } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import type { MicroserviceOptions } from '@nestjs/microservices';
import { frameworkLogger } from '@penstock/logging';
import { Pattern, type HubProbeReply, type SessionId } from '@penstock/protocol';
import { systemClock } from '@penstock/runtime';
import { randomUUID } from 'node:crypto';
import { hostname } from 'node:os';
import { AppModule } from './app.module.js';
import { LiveCatalogue } from './catalogue/live-catalogue.js';
import type { HubSettings } from './hub-settings.js';
import { drain } from './drain.js';
import { HubLog } from './hub-log.js';
import { Hub, type HubCounts } from './hub.js';
import { ProbeGuests } from './probe/probe-guests.js';
import { openProbePort, type ProbePort } from './probe/probe-port.js';
import { Prober } from './probe/prober.js';
import { HubSocket } from './uplink/hub-socket.js';
import { Uplink } from './uplink/uplink.js';

/** A hub that runs. */
export interface WorkerHub {
  readonly app: INestMicroservice;
  /** How it is, as its probe port would say. */
  probe(): HubProbeReply;
  /** What its workers have done since it started. */
  readonly counts: Readonly<HubCounts>;
  /** Loads the tasks anew, and replaces the workers. */
  reload(): Promise<void>;
  /** Drains and closes; may be called more than once. */
  stop(): Promise<void>;
}

/**
 * Starts a worker hub: when this resolves its workers start and it dials the balancer, for as long as it takes.
 *
 * @param onRefused the balancer refuses this hub for good; it is of no use any more
 * @throws ScoutError when no worker can be started; PenstockError when no probe port can be had
 */
export async function startWorkerHub(
  settings: HubSettings,
  logger: LoggerService,
  onRefused: (error: Error) => void,
): Promise<WorkerHub> {
  const log = new HubLog(logger);
  const { key } = settings;
  const socket = new HubSocket(settings.endpoint, settings.workers.resultBytesMax, key?.curve());
  const incarnation = randomUUID();
  const identity = {
    name: settings.name,
    incarnation,
    host: hostname(),
    pid: process.pid,
    ...(key === undefined ? {} : { prove: () => key.identity(Pattern.hubHello, incarnation) }),
  };
  const app = await NestFactory.createMicroservice<MicroserviceOptions>(
    AppModule.with(settings, identity, socket, log),
    {
      strategy: socket.strategy,
      ...(settings.isGuest === true ? {} : { logger: frameworkLogger(logger) }),
      abortOnError: false,
    },
  );
  const hub = app.get(Hub);
  const uplink = app.get(Uplink);
  const catalogue = app.get(LiveCatalogue);
  uplink.onRefused = onRefused;
  const guests = new ProbeGuests();
  uplink.onHealthKeys = (keys) => guests.set(keys);
  const session = (): SessionId | undefined => (socket.live ? socket.session : undefined);
  const prober = new Prober(hub, identity, session, () => systemClock.monotonicMs());
  let probePort: ProbePort | undefined;
  const close = async (): Promise<void> => {
    catalogue.close();
    await drain(hub, socket, log, settings.drainTimeoutMs);
    uplink.close();
    await probePort?.close();
    await app.close();
    log.exited();
  };
  let closing: Promise<void> | undefined;
  log.starting(settings.name, settings.endpoint);
  const { probe, httpPort } = settings;
  if (probe !== undefined) {
    probePort = await openProbePort(prober, probe.bind, probe.port, logger, key?.pair, guests);
    log.probed(probe.bind, probePort.port);
  }
  uplink.announced = {
    ...(probe === undefined || probePort === undefined
      ? {}
      : {
          probe: {
            host: probe.host,
            port: probePort.port,
            ...(key === undefined ? {} : { key: key.pair.publicKey }),
          },
        }),
    ...(httpPort === undefined ? {} : { httpPort }),
  };
  try {
    await catalogue.open(settings.watch);
  } catch (error) {
    // Whoever started it may live on.
    await probePort?.close();
    throw error;
  }
  await app.listen();
  void hub.until(() => socket.live && hub.isFullyStaffed).then(() => log.ready(hub.workforce.size));
  return {
    app,
    probe: () => prober.reply(),
    counts: hub.counts,
    reload: () => catalogue.reload(),
    stop: () => (closing ??= close()),
  };
}
