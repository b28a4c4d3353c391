import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { setTimeout as delay } from 'node:timers/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { freeClusterPorts, portParameters, type Ports } from '../../support/ports.js';
import { BalancerApi } from './balancer-api.js';
import { Life } from './life.js';
import { Link } from './link.js';
import { writeNotedTask } from './noted-task.js';
import { JournalDisk } from './small-disk.js';

const READY_MS = 90_000;
const RETRY_MS = 200;

/** Tasks are looked at again and again in this time after their end, and may be forgotten after it. */
export const KEPT_MS = 15 * 60_000;

/** Sessions that are lost soon, and results that are kept for as long as they are looked at. */
const parameters = {
  HEARTBEAT_INTERVAL: '500ms',
  HEARTBEAT_TIMEOUT: '4s',
  LB_DISCONNECT_GRACE: '1s',
  LB_REATTACH_WINDOW: '4s',
  LB_QUEING_MAXPERUSER: '0',
  LB_FINISHED_TTL: `${KEPT_MS}ms`,
  LB_COLLECTED_TTL: `${KEPT_MS}ms`,
  LB_CANCELLED_TTL: `${KEPT_MS}ms`,
  LB_DEAD_TTL: `${KEPT_MS}ms`,
  LB_FINISHED_MAX: '1000000',
  LB_DEAD_MAX: '1000000',
  LB_FINISHED_MAXBYTES: '1GiB',
  LB_DEAD_MAXBYTES: '1GiB',
  LB_CRASHES_MAX: '6',
  WKHUB_WORKERS: '[{"nWorkers": 2}]',
  WKHUB_CANCEL_GRACE: '1s',
  WKHUB_DRAIN_TIMEOUT: '1s',
};

/** A balancer, its hubs, the links through which everybody dials it, and the disk of its journal. */
export class ChaosCluster {
  readonly api: BalancerApi;
  readonly balancer: Life;
  readonly hubs: Life[] = [];
  /** Processes that ended although nobody had ended them. */
  readonly deaths: string[] = [];

  private constructor(
    private readonly folder: string,
    /** Where handlers note what they do. */
    readonly notes: string,
    private readonly ports: Ports,
    readonly hubLinks: readonly Link[],
    readonly clientLinks: readonly Link[],
    readonly disk: JournalDisk,
    tasks: string,
  ) {
    this.api = new BalancerApi(`http://127.0.0.1:${ports.http}`);
    const common = { ...portParameters(ports), ...parameters };
    this.balancer = this.life('balancer', '@penstock/balancer', { ...common, PENSTOCK_DATA: disk.folder });
    for (const [index, { port }] of hubLinks.entries()) {
      const own = { WKHUB_NAME: `hub-${index + 1}`, WKHUB_TASKS: tasks, LB_WKPULLPORT: `${port}` };
      this.hubs.push(this.life(`hub-${index + 1}`, '@penstock/worker-hub', { ...common, ...own }));
    }
  }

  static async start(hubs: number, clients: number, smallDisk: boolean): Promise<ChaosCluster> {
    const folder = mkdtempSync(join(tmpdir(), 'penstock-chaos-'));
    const notes = join(folder, 'notes');
    writeFileSync(notes, '');
    const ports = await freeClusterPorts();
    const open = (count: number, name: string, port: number): Promise<Link[]> =>
      Promise.all(Array.from({ length: count }, (_, index) => Link.open(`${name} ${index + 1}`, port)));
    const cluster = new ChaosCluster(
      folder,
      notes,
      ports,
      await open(hubs, 'the link of hub', ports.hub),
      await open(clients, 'the link of client', ports.client),
      JournalDisk.make(smallDisk),
      writeNotedTask(folder, notes),
    );
    if (await cluster.isWell(READY_MS)) return cluster;
    const log = cluster.log();
    await cluster.stop();
    throw new Error(`the cluster did not start within ${READY_MS} ms:\n${log}`);
  }

  /** All links, of hubs and of clients. */
  get links(): readonly Link[] {
    return [...this.hubLinks, ...this.clientLinks];
  }

  /** Resolves with whether the balancer takes tasks, and all hubs are with it. */
  isWell(withinMs: number): Promise<boolean> {
    return this.api.until(async () => {
      if (!(await this.api.isReady())) return false;
      return (await this.api.stats().catch(() => undefined))?.hubs === this.hubs.length;
    }, withinMs);
  }

  /** Starts the balancer again, and waits until it takes tasks. On a full disk that may take some tries. */
  async restartBalancer(): Promise<void> {
    const { balancer, api, disk } = this;
    for (const deadline = Date.now() + READY_MS; Date.now() < deadline; await delay(RETRY_MS)) {
      const mayFail = disk.isFull;
      balancer.start();
      const { program } = balancer;
      const isReady = await Promise.race([
        api.until(() => api.isReady(), READY_MS),
        program.exited.then(() => false),
      ]);
      if (isReady) return;
      if (!mayFail && !disk.isFull) break;
    }
    throw new Error(`the balancer did not start again:\n${balancer.program.lines.join('\n')}`);
  }

  log(): string {
    return [this.balancer, ...this.hubs].map((life) => life.log()).join('\n');
  }

  /** @returns how the balancer ended when it was asked to: 0 = well */
  async stop(): Promise<number | null> {
    await Promise.all(this.hubs.map((hub) => hub.end('SIGTERM')));
    await this.balancer.end('SIGTERM');
    const { code } = await this.balancer.program.exited;
    for (const link of this.links) link.close();
    this.disk.remove();
    rmSync(this.folder, { recursive: true, force: true });
    return code;
  }

  /** The port on which the balancer itself listens for clients. */
  get clientPort(): number {
    return this.ports.client;
  }

  private life(
    name: string,
    packageName: ConstructorParameters<typeof Life>[1],
    own: Record<string, string>,
  ): Life {
    return new Life(name, packageName, own, ({ program }, how) => {
      if (this.disk.isFull) return;
      this.deaths.push(`${name} ended by itself (${how}): ${program.lines.slice(-3).join(' / ')}`);
    });
  }
}
