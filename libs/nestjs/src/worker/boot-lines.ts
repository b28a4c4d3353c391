import { Logger, type LoggerService } from '@nestjs/common';

/** What Nest calls itself while it puts the hub's container together. */
const bootContexts = new Set(['NestFactory', 'InstanceLoader', 'NestMicroservice']);

/** Reaches the logger that all `Logger`s of the process write to. */
class CurrentLogger extends Logger {
  static get(): LoggerService | undefined {
    return Logger.staticInstanceRef;
  }
}

/** Runs what boots a container of ours within the application's: Nest's lines about that are of no interest there. */
export async function withoutBootLines<T>(boot: () => Promise<T>): Promise<T> {
  const before = CurrentLogger.get();
  if (before === undefined) return boot();
  const meanwhile = quieted(before);
  Logger.overrideLogger(meanwhile);
  try {
    return await boot();
  } finally {
    if (CurrentLogger.get() === meanwhile) Logger.overrideLogger(before);
  }
}

function quieted(logger: LoggerService): LoggerService {
  return {
    log: (message: unknown, ...rest: unknown[]) => {
      if (!bootContexts.has(String(rest.at(-1)))) logger.log(message, ...rest);
    },
    warn: (message: unknown, ...rest: unknown[]) => void logger.warn(message, ...rest),
    error: (message: unknown, ...rest: unknown[]) => void logger.error(message, ...rest),
    debug: (message: unknown, ...rest: unknown[]) => void logger.debug?.(message, ...rest),
    verbose: (message: unknown, ...rest: unknown[]) => void logger.verbose?.(message, ...rest),
    fatal: (message: unknown, ...rest: unknown[]) => void logger.fatal?.(message, ...rest),
  };
}
