import { spawn, type ChildProcess } from 'node:child_process';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { onTestFinished } from 'vitest';
import { EventLog } from '../../../libs/hub/test/event-log.js';
import { FakeBalancer } from '../../../libs/hub/test/fake-balancer.js';
import { taskFolder } from '../../../libs/hub/test/task-folder.js';

const main = fileURLToPath(new URL('../dist/main.js', import.meta.url));

/** A hub in a process of its own, as a user starts it. */
export class HubProcess {
  readonly lines = new EventLog<string>();
  readonly exited: Promise<{ code: number | null; signal: string | null }>;

  private constructor(
    readonly balancer: FakeBalancer,
    readonly folder: string,
    readonly child: ChildProcess,
  ) {
    for (const stream of [child.stdout, child.stderr]) {
      if (stream !== null) createInterface(stream).on('line', (line) => this.lines.add(line));
    }
    const { promise, resolve } = Promise.withResolvers<{ code: number | null; signal: string | null }>();
    child.on('exit', (code, signal) => resolve({ code, signal }));
    this.exited = promise;
  }

  /** Starts one with a balancer of its own; both end with the test. */
  static async start(
    files: Readonly<Record<string, string>>,
    env: Readonly<Record<string, string>> = {},
  ): Promise<HubProcess> {
    const balancer = await FakeBalancer.listen();
    const folder = taskFolder(files);
    const child = spawn(process.execPath, [main, '--pfile', 'none'], {
      stdio: ['ignore', 'pipe', 'pipe'],
      env: {
        LB_WKPULLPORT: new URL(balancer.endpoint).port,
        WKHUB_TASKS: folder,
        WKHUB_WORKERS: JSON.stringify([{ nWorkers: 1 }]),
        LOG_FORMAT: 'json',
        WKHUB_HCPORT: '0',
        WKHUB_HTTPPORT: '0',
        ...env,
      },
    });
    const hub = new HubProcess(balancer, folder, child);
    onTestFinished(async () => {
      child.kill('SIGKILL');
      await hub.exited;
      await balancer.close();
    });
    await balancer.window(1);
    return hub;
  }

  async line(text: string): Promise<string> {
    return this.lines.find((line) => line.includes(text));
  }
}
