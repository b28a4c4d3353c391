import type { LoggerService } from '@nestjs/common';
import { pino, type DestinationStream, type Logger } from 'pino';
import { prettyFactory } from 'pino-pretty';

/** Settings of {@link createLogger}. */
export interface LoggingOptions {
  /** Least severe level that is written. */
  readonly level: 'fatal' | 'error' | 'warn' | 'info' | 'debug' | 'trace';
  /** `pretty`: a line for people; `json`: a JSON object a line, for machines. */
  readonly format: 'pretty' | 'json';
  /** Where lines go; the standard output when absent. */
  readonly destination?: DestinationStream;
}

/** Makes the logger of a process, fit for `app.useLogger`. Writes synchronously: a crash loses no line. */
export function createLogger({ level, format, destination }: LoggingOptions): PenstockLogger {
  const output = destination ?? pino.destination({ dest: 1, sync: true });
  const colorize = destination === undefined && process.stdout.isTTY;
  return new PenstockLogger(
    pino({ level, base: { pid: process.pid } }, format === 'json' ? output : prettyLines(output, colorize)),
  );
}

function prettyLines(output: DestinationStream, colorize: boolean): DestinationStream {
  const prettify = prettyFactory({
    colorize,
    translateTime: 'SYS:HH:MM:ss.l',
    ignore: 'pid,hostname,context',
    singleLine: true,
  });
  return {
    write: (line) => {
      output.write(prettify(line) ?? line);
    },
  };
}

/** Pino as Nest wants it, and as Penstock's own classes use it. An object after the message becomes fields of the line. */
export class PenstockLogger implements LoggerService {
  constructor(private readonly pino: Logger) {}

  log(message: unknown, ...details: unknown[]): void {
    this.write('info', message, details);
  }

  error(message: unknown, ...details: unknown[]): void {
    this.write('error', message, details);
  }

  warn(message: unknown, ...details: unknown[]): void {
    this.write('warn', message, details);
  }

  debug(message: unknown, ...details: unknown[]): void {
    this.write('debug', message, details);
  }

  verbose(message: unknown, ...details: unknown[]): void {
    this.write('trace', message, details);
  }

  fatal(message: unknown, ...details: unknown[]): void {
    this.write('fatal', message, details);
  }

  /** Nest's convention: the last string is the context, an error's stack may come before it. */
  private write(
    level: 'trace' | 'debug' | 'info' | 'warn' | 'error' | 'fatal',
    message: unknown,
    details: unknown[],
  ): void {
    if (!this.pino.isLevelEnabled(level)) return;
    const fields: Record<string, unknown> = {};
    const strings: string[] = [];
    for (const detail of details) {
      if (typeof detail === 'string') strings.push(detail);
      else if (detail instanceof Error) fields['err'] = detail;
      else if (typeof detail === 'object' && detail !== null) Object.assign(fields, detail);
    }
    const context = strings.pop();
    if (context !== undefined) fields['context'] = context;
    if (strings.length > 0) fields['stack'] = strings.join('\n');
    if (message instanceof Error) this.pino[level]({ ...fields, err: message }, message.message);
    else this.pino[level](fields, typeof message === 'string' ? message : JSON.stringify(message));
  }
}

/** For Nest itself, which tells every module and route that it meets: that is for whoever debugs. */
export function frameworkLogger(logger: LoggerService): LoggerService {
  const debug = (message: unknown, ...details: unknown[]): void => logger.debug?.(message, ...details);
  return {
    log: debug,
    debug,
    verbose: (message: unknown, ...details: unknown[]) => logger.verbose?.(message, ...details),
    warn: (message: unknown, ...details: unknown[]) => void logger.warn(message, ...details),
    error: (message: unknown, ...details: unknown[]) => void logger.error(message, ...details),
    fatal: (message: unknown, ...details: unknown[]) => logger.fatal?.(message, ...details),
  };
}
