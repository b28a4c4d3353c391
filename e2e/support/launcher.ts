import { onTestFailed, onTestFinished } from 'vitest';
import { entryOf } from './entry.js';
import { freePorts } from './ports.js';
import { Program, type ProgramOptions } from './program.js';

/** What `npm start` runs, and the ports that it was told to use. */
export interface Launcher {
  readonly program: Program;
  readonly ports: readonly number[];
  readonly httpPort: number;
  /** Its parameters, for what talks to what it has started. */
  readonly parameters: Readonly<Record<string, string>>;
}

/** Starts `penstock up` for a test: killed at its end if it still runs then, and its output shown if it fails. */
export async function launch({ args = [], env = {}, ...options }: ProgramOptions = {}): Promise<Launcher> {
  const ports = await freePorts(4);
  const [client, hub, control, http] = ports as [number, number, number, number];
  const parameters = {
    LB_CLIENTPULLPORT: `${client}`,
    LB_WKPULLPORT: `${hub}`,
    LB_HCREPPORT: `${control}`,
    LB_HTTPPORT: `${http}`,
    WKHUB_WORKERS: '[{"nWorkers": 2}]',
  };
  const program = new Program('launcher', entryOf('penstock'), {
    args: ['up', ...args],
    env: { ...parameters, ...env },
    ...options,
  });
  onTestFinished(async () => {
    await program.kill();
  });
  onTestFailed(() => {
    process.stderr.write(`${program.lines.join('\n')}\n`);
  });
  return { program, ports, httpPort: http, parameters };
}
