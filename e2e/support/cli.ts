import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { entryOf } from './entry.js';
import { portParameters, type Ports } from './ports.js';

/** What a command has come to. */
export interface CommandResult {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** A `penstock` command in pipes, on the cluster with these ports. */
export function startCommand(
  ports: Ports,
  args: readonly string[],
  input = '',
  env: Readonly<Record<string, string>> = {},
) {
  const child = spawn(process.execPath, [entryOf('penstock'), ...args], {
    cwd: import.meta.dirname,
    env: { ...portParameters(ports), ...env },
    stdio: 'pipe',
  });
  child.stdin.end(input);
  const said = { stdout: '', stderr: '' };
  child.stdout.on('data', (chunk: Buffer) => (said.stdout += chunk.toString()));
  child.stderr.on('data', (chunk: Buffer) => (said.stderr += chunk.toString()));
  const ended = once(child, 'close').then(([code]) => ({ code: code as number | null, ...said }));
  return { child, said, ended };
}

/** Runs a `penstock` command to its end. */
export async function runCommand(
  ports: Ports,
  args: readonly string[],
  input?: string,
  env?: Readonly<Record<string, string>>,
): Promise<CommandResult> {
  return startCommand(ports, args, input, env).ended;
}
