import { spawn, type ChildProcess } from 'node:child_process';
import { EventEmitter, on } from 'node:events';
import { delimiter, dirname } from 'node:path';
import { createInterface } from 'node:readline';
import type { Readable } from 'node:stream';
import { entryOf, type ProgramPackage } from './entry.js';

/** How a program has ended. */
export interface Exit {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
}

/** How to run a program. */
export interface ProgramOptions {
  readonly args?: readonly string[];
  /** On top of a bare environment: nothing that the developer has set reaches a test. */
  readonly env?: Readonly<Record<string, string>>;
  /** Default: the folder of the tests, in which there is no parameters.json. */
  readonly cwd?: string;
}

/** How long a program may take to write a line that is waited for, and to end once it was told to. */
const PATIENCE_MS = 60_000;

/** The environment of programs of tests: nothing that the developer has set. */
export const bareEnvironment = Object.fromEntries(
  // What any program needs to be found and to find its home; `process.env` itself would bring the developer's settings.
  ['PATH', 'HOME', 'TMPDIR', 'LANG'].flatMap((name) => {
    const value = process.env[name];
    return value === undefined ? [] : [[name, value]];
  }),
);

/** Where programs are looked for by programs that are to run on the Node.js of the test, such as npm's scripts. */
export const searchPath = [dirname(process.execPath), process.env['PATH'] ?? ''].join(delimiter);

/** What leads to the registry from this machine, where that is not in npm's own settings. */
export const networkEnvironment = Object.fromEntries(
  Object.entries(process.env).flatMap(([name, value]) =>
    /^(NODE_EXTRA_CA_CERTS|(https?|no)_proxy|npm_config_(registry|cafile|(https?|no)-?_?proxy))$/i.test(
      name,
    ) && value !== undefined
      ? [[name, value]]
      : [],
  ),
);

/** A process that a test has started. */
export class Program {
  /** Resolves when it is gone and all that it wrote is read. Never rejects. */
  readonly exited: Promise<Exit>;
  /** All lines that it wrote, to both of its outputs. */
  readonly lines: string[] = [];
  private readonly child: ChildProcess;
  private readonly events = new EventEmitter<{ line: [string]; end: [] }>();

  /**
   * @param name for people who read the log
   * @param script a path; Node.js runs it
   */
  constructor(
    readonly name: string,
    script: string,
    { args = [], env = {}, cwd = import.meta.dirname }: ProgramOptions = {},
  ) {
    this.child = spawn(process.execPath, [script, ...args], {
      cwd,
      env: { ...bareEnvironment, ...env },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    this.exited = new Promise((resolve, reject) => {
      this.child.once('error', reject);
      this.child.once('close', (code, signal) => {
        resolve({ code, signal });
        this.events.emit('end');
      });
    });
    for (const output of [this.child.stdout, this.child.stderr]) this.read(output);
  }

  get pid(): number {
    return this.child.pid ?? 0;
  }

  get isRunning(): boolean {
    return this.child.exitCode === null && this.child.signalCode === null;
  }

  /**
   * The first line that matches, be it written already or still to come.
   *
   * @throws when the program ends or a minute passes without one
   */
  async line(pattern: RegExp): Promise<string> {
    const written = this.lines.find((line) => pattern.test(line));
    if (written !== undefined) return written;
    const signal = AbortSignal.timeout(PATIENCE_MS);
    try {
      for await (const [line] of on(this.events, 'line', { close: ['end'], signal })) {
        if (pattern.test(String(line))) return String(line);
      }
    } catch (error) {
      if (!signal.aborted) throw error;
    }
    throw new Error(`${this.name} wrote no line like ${pattern}; it wrote:\n${this.lines.join('\n')}`);
  }

  signal(signal: NodeJS.Signals): void {
    this.child.kill(signal);
  }

  /** Asks it to stop (SIGTERM), and waits until it has. One that does not is killed after a minute. */
  async stop(): Promise<Exit> {
    this.signal('SIGTERM');
    const killed = AbortSignal.timeout(PATIENCE_MS);
    const kill = (): void => this.signal('SIGKILL');
    killed.addEventListener('abort', kill);
    const exit = await this.exited;
    killed.removeEventListener('abort', kill);
    return exit;
  }

  /** Kills it (SIGKILL), and waits until it is gone. */
  async kill(): Promise<Exit> {
    this.signal('SIGKILL');
    return this.exited;
  }

  private read(output: Readable | null): void {
    if (output === null) return;
    createInterface({ input: output }).on('line', (line) => {
      this.lines.push(line);
      this.events.emit('line', line);
    });
  }
}

/** Starts a program of the workspace with these parameters. */
export function startProgram(
  name: string,
  packageName: ProgramPackage,
  parameters: Readonly<Record<string, string>>,
): Program {
  return new Program(name, entryOf(packageName), { env: parameters });
}
