import { initTokens } from '@penstock/access';
import { TaskClient } from '@penstock/client';
import type { HealthVerdict } from '@penstock/protocol';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { vi } from 'vitest';
import type { ProgramPackage } from './entry.js';
import { freeClusterPorts, portParameters, type Ports } from './ports.js';
import { startProgram, type Program } from './program.js';

/** How long all may take to start, on a machine that has other things to do. */
const READY_MS = 60_000;
const POLL_MS = 20;

/** The tasks that Penstock comes with. */
const shippedTasks = fileURLToPath(new URL('../../tasks', import.meta.url));

/** Parameters by name, as in the environment. */
export type Parameters = Readonly<Record<string, string>>;

/** What a cluster is made of. */
export interface ClusterOptions {
  /** Hubs to start with. Default 1. */
  readonly hubs?: number;
  /** The folder of the hubs' task files. Default: the tasks that Penstock comes with. */
  readonly tasks?: string;
  /** For the balancer and all hubs. Default: two workers a hub. */
  readonly parameters?: Parameters;
}

/** A balancer and its hubs, each a process, on ports that nobody else has. */
export class Cluster {
  /** All hubs that were ever started; `isRunning` tells who lives. */
  readonly hubs: Program[] = [];
  /** The balancer that was started last. */
  balancer: Program;
  private readonly clients: TaskClient[] = [];
  private readonly programs: Program[] = [];
  private readonly watchers: Program[] = [];

  /** @param parameters for every program */
  constructor(
    readonly ports: Ports,
    readonly parameters: Parameters,
  ) {
    this.balancer = this.spawnBalancer();
  }

  /** The balancer's HTTP interface. */
  get url(): string {
    return `http://127.0.0.1:${this.ports.http}`;
  }

  /** A client, which is closed with the cluster. */
  client(): TaskClient {
    const client = new TaskClient({ host: '127.0.0.1', port: this.ports.client });
    this.clients.push(client);
    return client;
  }

  /** A request of the HTTP interface: its status, and its body as JSON. */
  async request(path: string, init?: RequestInit): Promise<{ status: number; body: unknown }> {
    const response = await fetch(this.url + path, init);
    return { status: response.status, body: await response.json() };
  }

  /** Starts one more hub, and waits until all of its workers have started. */
  async addHub(parameters: Parameters = {}): Promise<Program> {
    const name = `hub-${this.hubs.length + 1}`;
    const hub = this.run(name, '@penstock/worker-hub', { WKHUB_NAME: name, ...parameters });
    this.hubs.push(hub);
    await this.waitFor(hub, async () => {
      const { hubs } = (await this.request('/api/workers')).body as { hubs: HubView[] };
      const isThere = hubs.some(({ pid, groups }) => pid === hub.pid && groups.every(isFull));
      if (!isThere) throw new Error(`${name} is not ready`);
    });
    return hub;
  }

  /** Starts a health check, which is stopped with the cluster. */
  async addHealthCheck(parameters: Parameters = {}): Promise<Program> {
    const program = this.run('healthcheck', '@penstock/healthcheck', parameters);
    this.watchers.push(program);
    await program.line(/HC - READY/);
    return program;
  }

  /** Starts a monitor, which is stopped with the cluster. */
  async addMonitor(parameters: Parameters = {}): Promise<Program> {
    const program = this.run('monitor', '@penstock/monitor', parameters);
    this.watchers.push(program);
    await program.line(/MONITOR - READY/);
    return program;
  }

  /** Where the monitor's page is. */
  get pageUrl(): string {
    return `http://127.0.0.1:${this.ports.monitor}`;
  }

  /** What the health check finds. */
  async verdict(): Promise<HealthVerdict> {
    const response = await fetch(`http://127.0.0.1:${this.ports.health}/health/verdict`);
    return (await response.json()) as HealthVerdict;
  }

  /** Starts the balancer anew on the same ports, after it was stopped or killed. */
  async restartBalancer(): Promise<void> {
    this.balancer = this.spawnBalancer();
    await this.balancerReady();
  }

  /** Waits until the balancer takes tasks. */
  async balancerReady(): Promise<void> {
    await this.waitFor(this.balancer, async () => {
      const { status } = await this.request('/health/ready');
      if (status !== 200) throw new Error(`the balancer is not ready: ${status}`);
    });
  }

  /** All that was written, for a test that has failed. */
  log(): string {
    return this.programs
      .flatMap(({ name, pid, lines }) => lines.map((line) => `${name} (${pid}) | ${line}`))
      .join('\n');
  }

  /** Stops clients, hubs and balancer, whatever is left of them. */
  async stop(): Promise<void> {
    await Promise.all(this.clients.map((client) => client.close()));
    await Promise.all([...this.watchers, ...this.hubs].map((program) => program.stop()));
    await this.balancer.stop();
    await rm(this.parameters['PENSTOCK_DATA'] ?? '', { recursive: true, force: true });
  }

  private spawnBalancer(): Program {
    return this.run('balancer', '@penstock/balancer', {});
  }

  private run(name: string, packageName: ProgramPackage, own: Parameters): Program {
    const program = startProgram(name, packageName, { ...this.parameters, ...own });
    this.programs.push(program);
    return program;
  }

  /** Asks until the answer is good; a program that ends in the meantime never gives one. */
  private async waitFor(program: Program, ask: () => Promise<void>): Promise<void> {
    const died = program.exited.then(({ code, signal }) => {
      throw new Error(`${program.name} ended (${code ?? signal}):\n${program.lines.join('\n')}`);
    });
    await Promise.race([vi.waitFor(ask, { timeout: READY_MS, interval: POLL_MS }), died]);
  }
}

/** Starts a cluster, and waits until its balancer takes tasks and all workers of its hubs are there. */
export async function startCluster({
  hubs = 1,
  tasks = shippedTasks,
  parameters = {},
}: ClusterOptions = {}): Promise<Cluster> {
  const ports = await freeClusterPorts();
  const data = await mkdtemp(join(tmpdir(), 'penstock-data-'));
  // Health check and balancer know the same browsers.
  const { tokens } = await initTokens(data);
  const cluster = new Cluster(ports, {
    ...portParameters(ports),
    WKHUB_TASKS: tasks,
    WKHUB_WORKERS: '[{"nWorkers": 2}]',
    PENSTOCK_DATA: data,
    PENSTOCK_TOKENS: tokens,
    ...parameters,
  });
  try {
    await cluster.balancerReady();
    for (let count = 0; count < hubs; count++) await cluster.addHub();
  } catch (error) {
    await cluster.stop();
    throw error;
  }
  return cluster;
}

interface HubView {
  readonly pid: number;
  readonly groups: readonly { readonly slots: number; readonly window: number }[];
}

/** Whether all workers of a group have started. */
function isFull({ slots, window }: HubView['groups'][number]): boolean {
  return window >= slots;
}
