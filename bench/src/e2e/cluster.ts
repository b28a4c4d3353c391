import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { createServer, type AddressInfo } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';

const READY_MS = 20_000;

/** Who uses processor time in a cluster. */
export interface ClusterPids {
  readonly balancer: number;
  readonly hub: number;
}

/** A balancer and a hub as processes of their own, on free ports. */
export class Cluster {
  private constructor(
    readonly clientPort: number,
    readonly pids: ClusterPids,
    private readonly processes: readonly ChildProcess[],
  ) {}

  /** @param workers the hub's WKHUB_WORKERS */
  static async start(workers: string): Promise<Cluster> {
    const [clients = 0, hubs = 0, control = 0, http = 0] = await freePorts(4);
    const environment = {
      ...process.env,
      PENSTOCK_PARAMETERS: 'none',
      LB_CLIENTPULLPORT: String(clients),
      LB_WKPULLPORT: String(hubs),
      LB_HCREPPORT: String(control),
      LB_HTTPPORT: String(http),
      // One client stands for all users here: what is measured is the way, not the refusal.
      LB_QUEING_MAXPERUSER: '0',
      WKHUB_TASKS: fileURLToPath(new URL('../../src/e2e/tasks', import.meta.url)),
      WKHUB_WORKERS: workers,
      LOG_LEVEL: 'warn',
    };
    const processes = ['@penstock/balancer', '@penstock/worker-hub'].map((name) => start(name, environment));
    const [balancer, hub] = processes as [ChildProcess, ChildProcess];
    await untilReady(http, processes);
    return new Cluster(clients, { balancer: balancer.pid ?? 0, hub: hub.pid ?? 0 }, processes);
  }

  async stop(): Promise<void> {
    for (const child of this.processes.toReversed()) {
      child.kill('SIGTERM');
      if (child.exitCode === null && child.signalCode === null) await once(child, 'exit');
    }
  }
}

function start(name: string, env: NodeJS.ProcessEnv): ChildProcess {
  const main = fileURLToPath(new URL('dist/main.js', import.meta.resolve(`${name}/package.json`)));
  return spawn(process.execPath, [main], { env, stdio: ['ignore', 'inherit', 'inherit'] });
}

async function untilReady(http: number, processes: readonly ChildProcess[]): Promise<void> {
  const deadline = performance.now() + READY_MS;
  while (performance.now() < deadline) {
    if (processes.some(({ exitCode }) => exitCode !== null))
      throw new Error('a part of the cluster has ended');
    if (await hasHub(http)) return;
    await sleep(50);
  }
  throw new Error(`the cluster was not ready within ${READY_MS} ms`);
}

async function hasHub(http: number): Promise<boolean> {
  try {
    const response = await fetch(`http://127.0.0.1:${http}/health/ready`);
    return ((await response.json()) as { hubs: number }).hubs > 0;
  } catch {
    return false;
  }
}

async function freePorts(count: number): Promise<number[]> {
  const servers = await Promise.all(
    Array.from({ length: count }, async () => {
      const server = createServer().listen(0, '127.0.0.1');
      await once(server, 'listening');
      return server;
    }),
  );
  const ports = servers.map((server) => (server.address() as AddressInfo).port);
  await Promise.all(servers.map((server) => new Promise((resolve) => server.close(resolve))));
  return ports;
}
