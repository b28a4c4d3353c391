#!/usr/bin/env node
import 'reflect-metadata';
import { TokensFolderError } from '@penstock/access';
import { createLogger } from '@penstock/logging';
import { parametersOrExit, PortTakenError } from '@penstock/parameters';
import { PenstockError } from '@penstock/protocol';
import { version } from './config/version.js';
import { startHealthCheck } from './health-check.js';

const { values } = parametersOrExit('healthcheck');
const logger = createLogger({ level: values.LOG_LEVEL, format: values.LOG_FORMAT });
logger.log(`HC - Penstock ${version} on Node.js ${process.version}, pid ${process.pid}`);

function fail(error: unknown): never {
  const isInWords = [PortTakenError, TokensFolderError, PenstockError].some(
    (known) => error instanceof known,
  );
  if (isInWords) process.stderr.write(`ERROR: ${(error as Error).message}\n`);
  else logger.fatal(error);
  process.exit(1);
}

let isStopping = false;
const starting = startHealthCheck(values, logger);
const stop = (): void => {
  // Whoever asks twice does not want to wait.
  if (isStopping) process.exit(130);
  isStopping = true;
  starting
    .then((health) => health.stop())
    .then(() => {
      logger.log('EXITED HC');
      process.exit(0);
    }, fail);
};
process.on('SIGTERM', stop);
process.on('SIGINT', stop);
starting.then(({ url }) => logger.log(`HC - READY on ${url}`), fail);
