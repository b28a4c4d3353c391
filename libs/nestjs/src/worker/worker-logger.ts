import { ConsoleLogger, type LogLevel } from '@nestjs/common';

/** What Nest calls itself while it puts a container together: in each worker anew, of interest to nobody. */
const bootContexts = new Set(['NestFactory', 'InstanceLoader', 'NestApplicationContext']);

/** Logs in a worker. Time and level are the hub's to write, which reads these lines; errors go to the standard error. */
export class WorkerLogger extends ConsoleLogger {
  constructor() {
    super({ colors: false });
  }

  override log(message: unknown, ...rest: unknown[]): void {
    if (!bootContexts.has(String(rest.at(-1)))) super.log(message, ...rest);
  }

  protected override formatMessage(
    level: LogLevel,
    message: unknown,
    _process: string,
    _level: string,
    context: string,
  ): string {
    return `${context}${this.stringifyMessage(message, level)}\n`;
  }
}
