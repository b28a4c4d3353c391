import { setTimeout as delay } from 'node:timers/promises';
import { descendantsOf } from '../../support/processes.js';
import type { ChaosCluster } from '../cluster/chaos-cluster.js';
import type { Life } from '../cluster/life.js';
import type { Fault, FaultKind } from './plan.js';

/** What was done to the cluster, and when. */
export interface Deed {
  readonly at: number;
  readonly what: string;
}

/** Does to the cluster what is planned. A target that another fault has in hand is left alone. */
export class Nemesis {
  readonly deeds: Deed[] = [];
  readonly counts: Partial<Record<FaultKind, number>> = {};
  private readonly busy = new Set<unknown>();
  private readonly underWay = new Set<Promise<void>>();
  private readonly paused = new Set<number>();
  /** Why a fault could not be healed. */
  readonly errors: unknown[] = [];

  /** @param onFull called while the disk is full, so that something is refused for it */
  constructor(
    private readonly cluster: ChaosCluster,
    private readonly onFull: () => Promise<void>,
  ) {}

  /** Carries a plan out; resolves when all of it is over and healed. */
  async run(plan: readonly Fault[], signal: AbortSignal): Promise<void> {
    const startedAt = Date.now();
    for (const fault of plan) {
      const ms = startedAt + fault.atMs - Date.now();
      if (ms > 0) await delay(ms, undefined, { signal }).catch(() => undefined);
      if (signal.aborted) break;
      this.begin(fault);
    }
    await Promise.all(this.underWay);
  }

  /** Nothing is broken any more, whatever was. */
  heal(): void {
    for (const pid of this.paused) send(pid, 'SIGCONT');
    for (const link of this.cluster.links) link.resume();
    if (this.cluster.disk.isFull) this.cluster.disk.free();
  }

  private begin(fault: Fault): void {
    const done = this.inflict(fault).catch((error: unknown) => {
      this.errors.push(error);
    });
    const kept = done.finally(() => this.underWay.delete(kept));
    this.underWay.add(kept);
  }

  private async inflict({ kind, ms, target }: Fault): Promise<void> {
    const { balancer, hubs, links } = this.cluster;
    const hub = pick(hubs, target);
    const link = pick(links, target);
    switch (kind) {
      case 'balancer-kills':
        return this.hold(kind, balancer, `kill -9 of the balancer for ${ms} ms`, () =>
          this.restart('SIGKILL', ms),
        );
      case 'balancer-stops':
        return this.hold(kind, balancer, `SIGTERM to the balancer for ${ms} ms`, () =>
          this.restart('SIGTERM', ms),
        );
      case 'balancer-pauses':
        return this.hold(kind, balancer, `the balancer stands still for ${ms} ms`, () =>
          this.pause(balancer.program.pid, ms),
        );
      case 'hub-kills':
        return this.hold(kind, hub, `kill -9 of ${hub.name} for ${ms} ms`, () =>
          restartHub(hub, 'SIGKILL', ms),
        );
      case 'hub-stops':
        return this.hold(kind, hub, `SIGTERM to ${hub.name} for ${ms} ms`, () =>
          restartHub(hub, 'SIGTERM', ms),
        );
      case 'hub-pauses':
        return this.hold(kind, hub, `${hub.name} stands still for ${ms} ms`, () =>
          this.pause(hub.program.pid, ms),
        );
      case 'worker-kills':
        return this.withWorker(kind, hub, target, 'kill -9 of', async (pid) => send(pid, 'SIGKILL'));
      case 'worker-pauses':
        return this.withWorker(kind, hub, target, `for ${ms} ms stands still`, (pid) => this.pause(pid, ms));
      case 'drops':
        return this.hold(kind, link, `${link.name} is reset`, async () => link.drop());
      case 'stalls':
        return this.hold(kind, link, `${link.name} stalls for ${ms} ms`, async () => {
          link.stall();
          await delay(ms);
          link.resume();
        });
      case 'half-open':
        return this.hold(kind, link, `${link.name} stalls for ${ms} ms and is reset`, async () => {
          link.stall();
          await delay(ms);
          link.drop();
          link.resume();
        });
      case 'full-disk':
        return this.hold(kind, this.cluster.disk, `the disk is full for ${ms} ms`, () => this.fillDisk(ms));
    }
  }

  /** Does something to a target that nobody else has in hand. */
  private async hold(
    kind: FaultKind,
    target: unknown,
    what: string,
    act: () => Promise<void>,
  ): Promise<void> {
    if (this.busy.has(target)) return;
    this.busy.add(target);
    this.counts[kind] = (this.counts[kind] ?? 0) + 1;
    this.deeds.push({ at: Date.now(), what });
    try {
      await act();
    } finally {
      this.busy.delete(target);
    }
  }

  private async restart(signal: 'SIGKILL' | 'SIGTERM', ms: number): Promise<void> {
    await this.cluster.balancer.end(signal);
    await delay(ms);
    await this.cluster.restartBalancer();
    this.deeds.push({ at: Date.now(), what: 'the balancer is there again' });
  }

  private async withWorker(
    kind: FaultKind,
    hub: Life,
    target: number,
    what: string,
    act: (pid: number) => Promise<void>,
  ): Promise<void> {
    const workers = this.busy.has(hub) ? [] : descendantsOf(hub.program.pid);
    if (workers.length === 0) return;
    const pid = pick(workers, target);
    await this.hold(kind, pid, `${what} the worker ${pid} of ${hub.name}`, () => act(pid));
  }

  private async pause(pid: number, ms: number): Promise<void> {
    this.paused.add(pid);
    send(pid, 'SIGSTOP');
    await delay(ms);
    send(pid, 'SIGCONT');
    this.paused.delete(pid);
  }

  private async fillDisk(ms: number): Promise<void> {
    const { disk } = this.cluster;
    disk.fill();
    await Promise.all([delay(ms), this.onFull()]);
    disk.free();
  }
}

async function restartHub(hub: Life, signal: 'SIGKILL' | 'SIGTERM', ms: number): Promise<void> {
  await hub.end(signal);
  await delay(ms);
  hub.start();
}

function pick<T>(targets: readonly T[], target: number): T {
  const picked = targets[target % targets.length];
  if (picked === undefined) throw new Error('there is no target');
  return picked;
}

/** A process that has ended meanwhile is left alone. */
function send(pid: number, signal: NodeJS.Signals): void {
  try {
    process.kill(pid, signal);
  } catch {
    // It is gone.
  }
}
