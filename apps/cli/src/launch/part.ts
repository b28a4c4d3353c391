import { spawn, type ChildProcess } from 'node:child_process';
import { createInterface } from 'node:readline';
import type { Readable } from 'node:stream';
import type { PartName } from './part-name.js';

/** How many of its last lines are repeated when a part ends by itself. */
const LAST_LINES = 10;
/** How long after its end a part's output is read: a process that it left behind may hold the pipe open. */
const LAST_WORDS_MS = 300;

/** How to run a part. */
export interface PartOptions {
  /** The script, a path. */
  readonly script: string;
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly cwd: string;
  readonly onLine: (line: string) => void;
}

/** A program of Penstock that was started here, such as the balancer. */
export class Part {
  /** Resolves when it is gone, with how it went: `exit code 1`, `signal SIGKILL`. Never rejects. */
  readonly ended: Promise<string>;
  private readonly child: ChildProcess;
  private readonly latest: string[] = [];

  constructor(
    readonly name: PartName,
    { script, env, cwd, onLine }: PartOptions,
  ) {
    const lifeline = new URL('lifeline.js', import.meta.url).href;
    this.child = spawn(process.execPath, ['--import', lifeline, script], {
      env,
      cwd,
      stdio: ['ignore', 'pipe', 'pipe', 'pipe'],
      // A process group of its own: the terminal's Ctrl-C is for the launcher, which stops all in good order.
      detached: true,
    });
    this.ended = this.watch();
    for (const output of [this.child.stdout, this.child.stderr]) this.forward(output, onLine);
  }

  get pid(): number | undefined {
    return this.child.pid;
  }

  get isRunning(): boolean {
    return this.child.exitCode === null && this.child.signalCode === null && this.child.pid !== undefined;
  }

  /** What it wrote last. */
  get lastLines(): readonly string[] {
    return this.latest;
  }

  signal(signal: 'SIGTERM' | 'SIGKILL'): void {
    this.child.kill(signal);
  }

  private watch(): Promise<string> {
    const { child } = this;
    return new Promise((resolve) => {
      child.once('error', (error) => resolve(`it cannot be started: ${error.message}`));
      child.once('exit', (code, signal) => {
        const how = signal === null ? `exit code ${code}` : `signal ${signal}`;
        child.once('close', () => resolve(how));
        setTimeout(() => resolve(how), LAST_WORDS_MS).unref();
      });
    });
  }

  private forward(output: Readable | null, onLine: (line: string) => void): void {
    if (output === null) return;
    createInterface({ input: output }).on('line', (line) => {
      this.latest.push(line);
      if (this.latest.length > LAST_LINES) this.latest.shift();
      onLine(line);
    });
  }
}
