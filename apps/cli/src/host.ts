import type { Environment } from '@penstock/parameters';
import type { Terminal } from './terminal/terminal.js';

/** What a command knows of the process that it runs in. */
export interface Host {
  readonly env: Environment;
  readonly cwd: string;
  /** Where it speaks to people. */
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
