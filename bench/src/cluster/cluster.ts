import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { freePorts } from '@penstock/free-ports';
import { Program } from './program.js';

const POLL_MS = 20;

/** How a cluster is started. */
export interface ClusterOptions {
  /** What the acknowledgement of a task promises. The journal is in a temporary folder, as long as the cluster lives. */
  readonly durability: 'memory' | 'disk';
  /** Hubs to start. Default 1. */
  readonly hubs?: number;
  /** A hub's `WKHUB_WORKERS`. Default one worker. */
  readonly workers?: string;
  /** Further parameters, for balancer and hubs. */
  readonly parameters?: Readonly<Record<string, string>>;
}

/** A balancer and hubs as processes of their own, on free ports. */
export class Cluster {
  balancer: Program;
  readonly hubs: Program[] = [];

  private constructor(
    readonly ports: { readonly client: number; readonly http: number },
    /** Where the journal is; it goes with the cluster. */
    readonly folder: string,
    private readonly environment: NodeJS.ProcessEnv,
  ) {
    this.balancer = this.run('@penstock/balancer');
  }

  /** Starts a cluster, and waits until all of it is there. */
  static async start({
    durability,
    hubs = 1,
    workers = '[{"nWorkers":1}]',
    parameters = {},
  }: ClusterOptions): Promise<Cluster> {
    const [client = 0, hub = 0, control = 0, http = 0] = await freePorts(4);
    const folder = await mkdtemp(join(tmpdir(), 'penstock-bench-'));
    const cluster = new Cluster({ client, http }, folder, {
      ...process.env,
      PENSTOCK_PARAMETERS: 'none',
      PENSTOCK_DATA: folder,
      PENSTOCK_DURABILITY: durability,
      LB_CLIENTPULLPORT: String(client),
      LB_WKPULLPORT: String(hub),
      LB_HCREPPORT: String(control),
      LB_HTTPPORT: String(http),
      // One client stands for all users here: what is measured is the way, not the refusal.
      LB_QUEING_MAXPERUSER: '0',
      WKHUB_HTTPPORT: '0',
      WKHUB_TASKS: fileURLToPath(new URL('../../src/cluster/tasks', import.meta.url)),
      WKHUB_WORKERS: workers,
      LOG_LEVEL: 'warn',
      ...parameters,
    });
    try {
      for (let count = 0; count < hubs; count++) cluster.hubs.push(cluster.run('@penstock/worker-hub'));
      await cluster.untilReady();
    } catch (error) {
      await cluster.stop();
      throw error;
    }
    return cluster;
  }

  /** Kills the balancer and starts it anew. @returns how long it took until it was ready, in milliseconds */
  async restartBalancer(): Promise<number> {
    await this.balancer.stop('SIGKILL');
    const begun = performance.now();
    this.balancer = this.run('@penstock/balancer');
    await this.untilReady();
    return performance.now() - begun;
  }

  /** What the balancer says of itself at a path of its HTTP interface. */
  async ask(path: string): Promise<unknown> {
    const response = await fetch(this.url(path));
    return response.json();
  }

  /** Sends JSON to a path of the balancer's HTTP interface. */
  async post(path: string, body: unknown): Promise<unknown> {
    const response = await fetch(this.url(path), {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(body),
    });
    return response.json();
  }

  /** Listens to the balancer's events until it is told to stop. */
  async watch(signal: AbortSignal): Promise<void> {
    try {
      const response = await fetch(this.url('/api/events'), { signal });
      await response.body?.pipeTo(new WritableStream(), { signal });
    } catch (error) {
      if (!signal.aborted) throw error;
    }
  }

  /** A figure among the balancer's metrics that has no labels. */
  async metric(name: string): Promise<number> {
    const text = await (await fetch(this.url('/metrics'))).text();
    return Number(new RegExp(`^${name} (\\S+)`, 'm').exec(text)?.[1] ?? NaN);
  }

  async stop(): Promise<void> {
    for (const hub of this.hubs) await hub.stop('SIGTERM');
    await this.balancer.stop('SIGTERM');
    await rm(this.folder, { recursive: true, force: true });
  }

  private url(path: string): string {
    return `http://127.0.0.1:${this.ports.http}${path}`;
  }

  private run(name: string): Program {
    return new Program(name, this.environment);
  }

  private async untilReady(): Promise<void> {
    while (!(await this.isReady())) {
      for (const program of [this.balancer, ...this.hubs]) program.mustRun();
      await new Promise((resolve) => setTimeout(resolve, POLL_MS));
    }
  }

  private async isReady(): Promise<boolean> {
    try {
      const { status, hubs } = (await this.ask('/health/ready')) as { status: string; hubs: number };
      return status === 'ready' && hubs >= this.hubs.length;
    } catch {
      return false; // Nobody listens yet.
    }
  }
}
