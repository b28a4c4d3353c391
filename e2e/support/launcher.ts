import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { onTestFailed, onTestFinished } from 'vitest';
import { entryOf } from './entry.js';
import { freeClusterPorts, portParameters } from './ports.js';
import { Program, type ProgramOptions } from './program.js';

/** What `npm start` runs, and the ports that it was told to use. */
export interface Launcher {
  readonly program: Program;
  readonly ports: readonly number[];
  readonly httpPort: number;
  readonly healthPort: number;
  readonly monitorPort: number;
  /** Its parameters, for what talks to what it has started. */
  readonly parameters: Readonly<Record<string, string>>;
}

/** Starts `penstock up` for a test: killed at its end if it still runs then, and its output shown if it fails. */
export async function launch({ args = [], env = {}, ...options }: ProgramOptions = {}): Promise<Launcher> {
  const ports = await freeClusterPorts();
  const { http, health, monitor } = ports;
  const parameters = {
    ...portParameters(ports),
    WKHUB_WORKERS: '[{"nWorkers": 2}]',
    PENSTOCK_DATA: await mkdtemp(join(tmpdir(), 'penstock-data-')),
  };
  const program = new Program('launcher', entryOf('penstock'), {
    args: ['up', ...args],
    env: { ...parameters, ...env },
    ...options,
  });
  onTestFinished(async () => {
    await program.kill();
    await rm(parameters.PENSTOCK_DATA, { recursive: true, force: true });
  });
  onTestFailed(() => {
    process.stderr.write(`${program.lines.join('\n')}\n`);
  });
  return {
    program,
    ports: Object.values(ports),
    httpPort: http,
    healthPort: health,
    monitorPort: monitor,
    parameters,
  };
}
