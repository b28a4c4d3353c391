import type { INestMicroservice, LoggerService } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import type { MicroserviceOptions } from '@nestjs/microservices';
import { frameworkLogger } from '@penstock/logging';
import { AppModule } from './app.module.js';
import { TaskFolder } from './catalogue/task-folder.js';
import type { HubSettings } from './hub-settings.js';
import { drain } from './drain.js';
import { HubLog } from './hub-log.js';
import { Hub } from './hub.js';
import { HubSocket } from './uplink/hub-socket.js';
import { Uplink } from './uplink/uplink.js';

/** A hub that runs. */
export interface WorkerHub {
  readonly app: INestMicroservice;
  /** Loads the task folder anew, and replaces the workers. */
  reload(): Promise<void>;
  /** Drains and closes; may be called more than once. */
  stop(): Promise<void>;
}

/**
 * Starts a worker hub: when this resolves its workers start and it dials the balancer, for as long as it takes.
 *
 * @param onRefused the balancer refuses this hub for good; it is of no use any more
 * @throws ScoutError when no worker can be started
 */
export async function startWorkerHub(
  settings: HubSettings,
  logger: LoggerService,
  onRefused: (error: Error) => void,
): Promise<WorkerHub> {
  const log = new HubLog(logger);
  const socket = new HubSocket(settings.endpoint, settings.workers.resultBytesMax);
  const app = await NestFactory.createMicroservice<MicroserviceOptions>(
    AppModule.with(settings, socket, log),
    {
      strategy: socket.strategy,
      logger: frameworkLogger(logger),
      abortOnError: false,
    },
  );
  const hub = app.get(Hub);
  const uplink = app.get(Uplink);
  const folder = app.get(TaskFolder);
  uplink.onRefused = onRefused;
  const close = async (): Promise<void> => {
    folder.close();
    await drain(hub, socket, log, settings.drainTimeoutMs);
    uplink.close();
    await app.close();
    log.exited();
  };
  let closing: Promise<void> | undefined;
  log.starting(settings.name, settings.endpoint);
  for (const group of settings.groups) log.group(group);
  await folder.open(settings.watch);
  await app.listen();
  void hub.until(() => socket.live && hub.isFullyStaffed).then(() => log.ready(hub.workforce.size));
  return { app, reload: () => folder.reload(), stop: () => (closing ??= close()) };
}
