#!/usr/bin/env node
import { createLogger } from '@penstock/logging';
import { parametersOrExit, PortTakenError } from '@penstock/parameters';
import { PenstockError } from '@penstock/protocol';
import { fileURLToPath } from 'node:url';
import { startMonitor } from './monitor.js';
import { version } from './version.js';

const { values } = parametersOrExit('monitor');
const logger = createLogger({ level: values.LOG_LEVEL, format: values.LOG_FORMAT });
logger.log(`MONITOR - Penstock ${version} on Node.js ${process.version}, pid ${process.pid}`);

function fail(error: unknown): never {
  if (error instanceof PortTakenError || error instanceof PenstockError)
    process.stderr.write(`ERROR: ${error.message}\n`);
  else logger.fatal(error);
  process.exit(1);
}

let isStopping = false;
const starting = startMonitor(values, fileURLToPath(new URL('page', import.meta.url)), logger);
const stop = (): void => {
  // Whoever asks twice does not want to wait.
  if (isStopping) process.exit(130);
  isStopping = true;
  starting
    .then((monitor) => monitor.stop())
    .then(() => {
      logger.log('EXITED MONITOR');
      process.exit(0);
    }, fail);
};
process.on('SIGTERM', stop);
process.on('SIGINT', stop);
starting.then(({ url }) => logger.log(`MONITOR - READY on ${url}`), fail);
