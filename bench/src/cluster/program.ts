import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';

let endsOnSignals = false;

/** A signal ends this process by way of its exit, so that no program outlives it. */
function endOnSignals(): void {
  if (endsOnSignals) return;
  endsOnSignals = true;
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => process.exit(130));
}

/** One of Penstock's programs as a process. What it writes goes to the standard error: the output is for figures. */
export class Program {
  private readonly child: ChildProcess;

  constructor(
    private readonly name: string,
    env: NodeJS.ProcessEnv,
  ) {
    const main = fileURLToPath(new URL('dist/main.js', import.meta.resolve(`${name}/package.json`)));
    this.child = spawn(process.execPath, [main], { env, stdio: ['ignore', 2, 2] });
    endOnSignals();
    const kill = (): void => this.kill('SIGKILL');
    process.once('exit', kill);
    this.child.once('exit', () => process.off('exit', kill));
  }

  get pid(): number {
    return this.child.pid ?? 0;
  }

  /** Sends a signal; it does nothing to a program that has ended. */
  kill(signal: NodeJS.Signals): void {
    if (this.isRunning) this.child.kill(signal);
  }

  /** @throws Error when it has ended */
  mustRun(): void {
    if (!this.isRunning) throw new Error(`${this.name} has ended`);
  }

  /** Ends it with a signal; resolves when it has ended. */
  async stop(signal: NodeJS.Signals): Promise<void> {
    if (!this.isRunning) return;
    const ended = once(this.child, 'exit');
    this.child.kill(signal);
    await ended;
  }

  private get isRunning(): boolean {
    return this.child.exitCode === null && this.child.signalCode === null;
  }
}
