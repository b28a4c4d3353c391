#!/usr/bin/env node
import 'reflect-metadata';
import { startWorkerHub, type WorkerHub } from '@penstock/hub';
import { createLogger } from '@penstock/logging';
import { parametersOrExit } from '@penstock/parameters';
import { hubSettings } from './config/hub-settings.js';
import { openHttpPort } from './http/http-port.js';

const { values } = parametersOrExit('worker-hub');
const logger = createLogger({ level: values.LOG_LEVEL, format: values.LOG_FORMAT });

/** Whatever lives is ended by the loss of its lifeline. */
function fail(error: unknown): never {
  logger.fatal(error);
  process.exit(1);
}

let isStopping = false;

async function start(): Promise<WorkerHub> {
  const http = await openHttpPort(values, logger);
  const hub = await startWorkerHub(hubSettings(values, process.cwd(), http.port), logger, fail);
  http.running.hub = hub;
  const stop = async (): Promise<void> => {
    http.running.isStopping = true;
    await hub.stop();
    await http.close();
  };
  return { ...hub, stop };
}

// From the first moment on: a start can be called off as well.
const starting = start();
const stop = (): void => {
  // Whoever asks twice does not want to wait.
  if (isStopping) process.exit(130);
  isStopping = true;
  starting.then((hub) => hub.stop()).then(() => process.exit(0), fail);
};
process.on('SIGTERM', stop);
process.on('SIGINT', stop);
process.on('SIGHUP', () => void starting.then((hub) => hub.reload()));
starting.catch(fail);
