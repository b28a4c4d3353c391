import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { setTimeout as delay } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { TaskIdMinter } from '@penstock/protocol';
import type { Chance } from '../chance.js';
import type { Entry, Ledger } from '../ledger/ledger.js';
import type { TaskMix, TaskPlan } from './task-mix.js';

const script = fileURLToPath(new URL('passing-program.js', import.meta.url));

/** What a program is told, and what it tells of each task that was acknowledged. */
export interface Errand {
  readonly port: number;
  readonly tasks: readonly { readonly taskId: string; readonly plan: TaskPlan }[];
}

/** Programs that hand in tasks through the client library and are killed: they hand nothing in again. */
export class PassingPrograms {
  private readonly minter = new TaskIdMinter(Date.now, Math.random);
  private readonly running = new Map<ChildProcess, Promise<unknown>>();

  constructor(
    private readonly port: number,
    private readonly chance: Chance,
    private readonly mix: TaskMix,
    private readonly ledger: Ledger,
  ) {}

  /** Starts one with so many tasks, and kills it a while after its first acknowledgement. */
  start(count: number): void {
    const entries = Array.from({ length: count }, () => {
      const plan = this.mix.next();
      return this.ledger.attempted(this.minter.mint(plan.userId), plan, 'program');
    });
    const child = spawn(process.execPath, [script], { stdio: ['pipe', 'pipe', 'ignore'] });
    const errand: Errand = { port: this.port, tasks: entries.map(({ taskId, plan }) => ({ taskId, plan })) };
    child.stdin.end(JSON.stringify(errand));
    this.read(child, new Map(entries.map((entry) => [entry.taskId, entry])), this.chance.skewed(1, 2_000));
    const gone = once(child, 'close').finally(() => this.running.delete(child));
    this.running.set(child, gone);
  }

  /** Kills those that still run. */
  async close(): Promise<void> {
    for (const child of this.running.keys()) child.kill('SIGKILL');
    await Promise.all(this.running.values());
  }

  private read(child: ChildProcess, entries: ReadonlyMap<string, Entry>, livesMs: number): void {
    if (child.stdout === null) return;
    const lines = createInterface({ input: child.stdout });
    let isDoomed = false;
    lines.on('line', (line) => {
      const [submitted = '', taskId = '', level] = line.split(' ');
      const entry = entries.get(submitted);
      if (entry === undefined) return;
      this.ledger.acknowledged(entry, taskId, level === 'disk' ? 'disk' : 'memory');
      if (!isDoomed) void delay(livesMs).then(() => child.kill('SIGKILL'));
      isDoomed = true;
    });
  }
}
