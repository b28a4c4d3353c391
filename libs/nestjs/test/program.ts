import { spawn, type ChildProcess } from 'node:child_process';
import { EventEmitter, on, once } from 'node:events';
import { createInterface } from 'node:readline';

/** How long one may take to end once it was told to. */
const PATIENCE_MS = 20_000;

/** A process that a test has started, and what it writes. */
export class Program {
  readonly lines: string[] = [];
  /** Its exit code and signal, once all that it wrote is read. */
  readonly exited: Promise<{ readonly code: number | null; readonly signal: NodeJS.Signals | null }>;
  private readonly child: ChildProcess;
  private readonly events = new EventEmitter<{ line: [string]; end: [] }>();

  constructor(script: string, args: readonly string[], env: Readonly<Record<string, string>> = {}) {
    this.child = spawn(process.execPath, [script, ...args], {
      cwd: import.meta.dirname,
      env: { NO_COLOR: '1', ...env },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    for (const input of [this.child.stdout, this.child.stderr]) {
      if (input !== null) createInterface({ input }).on('line', (line) => this.onLine(line));
    }
    this.exited = once(this.child, 'close').then(([code, signal]) => {
      this.events.emit('end');
      return { code: code as number | null, signal: signal as NodeJS.Signals | null };
    });
  }

  get pid(): number {
    return this.child.pid ?? 0;
  }

  signal(signal: NodeJS.Signals): void {
    this.child.kill(signal);
  }

  /** Asks it to stop, and waits until it has; whatever does not is killed. */
  async stop(): Promise<void> {
    this.signal('SIGTERM');
    AbortSignal.timeout(PATIENCE_MS).addEventListener('abort', () => this.signal('SIGKILL'));
    await this.exited;
  }

  /** The first line that matches, be it written already or still to come. */
  async line(pattern: RegExp): Promise<string> {
    const written = this.lines.find((line) => pattern.test(line));
    if (written !== undefined) return written;
    for await (const [line] of on(this.events, 'line', { close: ['end'] })) {
      if (pattern.test(String(line))) return String(line);
    }
    throw new Error(`no line like ${pattern}:\n${this.lines.join('\n')}`);
  }

  private onLine(line: string): void {
    this.lines.push(line);
    this.events.emit('line', line);
  }
}
