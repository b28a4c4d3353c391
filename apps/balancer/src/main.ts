#!/usr/bin/env node
import 'reflect-metadata';
import { TokensFolderError } from '@penstock/access';
import { Engine } from '@penstock/engine';
import { createLogger } from '@penstock/logging';
import { parametersOrExit, PortTakenError } from '@penstock/parameters';
import { PenstockError } from '@penstock/protocol';
import { startBalancer, stopBalancer } from './balancer.js';
import { version } from './config/version.js';

const { values } = parametersOrExit('balancer');
const logger = createLogger({ level: values.LOG_LEVEL, format: values.LOG_FORMAT });
logger.log(`LB - Penstock ${version} on Node.js ${process.version}, pid ${process.pid}`);
try {
  const app = await startBalancer(values, logger);
  const { LB_BIND, LB_CLIENTPULLPORT, LB_WKPULLPORT, LB_HCREPPORT, LB_HTTPPORT } = values;
  logger.log(
    `LB - READY on ${LB_BIND}: clients ${LB_CLIENTPULLPORT}, hubs ${LB_WKPULLPORT}, control ${LB_HCREPPORT}, HTTP ${LB_HTTPPORT}`,
  );
  let isStopping = false;
  const stop = (signal: string): void => {
    // Whoever asks twice does not want to wait.
    if (isStopping) process.exit(130);
    isStopping = true;
    logger.log(`LB - ${signal}: stopping`);
    stopBalancer(app).then(
      () => {
        logger.log('EXITED LB');
        process.exit(0);
      },
      (error: unknown) => {
        logger.error(error);
        process.exit(1);
      },
    );
  };
  process.on('SIGTERM', stop);
  process.on('SIGINT', stop);
  void app.get(Engine).failed.then((reason) => {
    logger.fatal?.(`LB - THE JOURNAL HAS FAILED: ${(reason as Error).message}`);
    process.exit(1);
  });
} catch (error) {
  if (isInWords(error)) {
    process.stderr.write(`ERROR: ${error.message}\n`);
  } else logger.fatal(error);
  process.exit(1);
}

/** Whether the message says all that a user needs. */
function isInWords(error: unknown): error is Error {
  return [PortTakenError, TokensFolderError, PenstockError].some((known) => error instanceof known);
}
