#!/usr/bin/env node
import 'reflect-metadata';
import { startWorkerHub } from '@penstock/hub';
import { createLogger } from '@penstock/logging';
import { parametersOrExit } from '@penstock/parameters';
import { hubSettings } from './config/hub-settings.js';

const { values } = parametersOrExit('worker-hub');
const logger = createLogger({ level: values.LOG_LEVEL, format: values.LOG_FORMAT });

/** Whatever lives is ended by the loss of its lifeline. */
function fail(error: unknown): never {
  logger.fatal(error);
  process.exit(1);
}

let isStopping = false;
// From the first moment on: a start can be called off as well.
const starting = startWorkerHub(hubSettings(values, process.cwd()), logger, fail);
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
