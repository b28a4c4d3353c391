import type { Environment } from '@penstock/parameters';
import type { ReadStream } from 'node:tty';
import type { Terminal } from './terminal/terminal.js';

/** What a command knows of the process that it runs in. */
export interface Host {
  readonly env: Environment;
  readonly cwd: string;
  /** The standard input. */
  readonly input: ReadStream;
  /** The standard output: what was asked for. */
  readonly output: Terminal;
  /** The standard error: all that is said beside it. */
  readonly notes: Terminal;
  /** Where programs that run for long speak: the standard output, or, when that is for JSON, the standard error. */
  readonly terminal: Terminal;
}

/** How the user called a command, up to where parameters are added: through npm in a checkout, or by its name. */
export function calledAs({ env }: Pick<Host, 'env'>, command: 'up' | 'demo'): string {
  switch (env['npm_lifecycle_event']) {
    case 'start':
      return 'npm start --';
    case 'demo':
      return 'npm run demo --';
    default:
      return `penstock ${command}`;
  }
}
