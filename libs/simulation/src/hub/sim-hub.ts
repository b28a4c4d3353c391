import {
  drain,
  Hub,
  HubLog,
  Uplink,
  type GroupPlan,
  type LineLogger,
  type StartWorker,
} from '@penstock/hub/core';
import { SimDealer } from '../network/sim-dealer.js';
import type { SimNetwork } from '../network/sim-network.js';
import type { Chance } from '../world/chance.js';
import { Machine } from '../world/machine.js';
import type { World } from '../world/world.js';
import type { RunLog } from './run-log.js';
import { SimHubSocket } from './sim-hub-socket.js';
import { SimWorker } from './sim-worker.js';

/** What a hub is, in all its lives. */
export interface HubPlan {
  readonly name: string;
  readonly groups: readonly GroupPlan[];
  /** Tasks that its folder has. */
  readonly tasks: readonly string[];
}

const SLOTS = { cancelGraceMs: 500, prefetchMs: 20, aheadMax: 64 };
const DRAIN_MS = 3_000;
/** How long workers go on after their hub is dead. */
const ORPHAN_MS = 20;

/** One life of a hub's process. */
export interface HubLife {
  readonly machine: Machine;
  readonly incarnation: string;
  readonly hub: Hub;
  readonly uplink: Uplink;
  readonly socket: SimHubSocket;
  readonly log: HubLog;
  readonly workers: Set<SimWorker>;
}

/** A worker hub: the real one from its uplink to its seats, with simulated processes at the one end and a network at the other. */
export class SimHub {
  private readonly chance: Chance;
  private current: HubLife | undefined;
  private lives = 0;
  private stopping = false;

  constructor(
    private readonly world: World,
    private readonly network: SimNetwork,
    private readonly runs: RunLog,
    readonly plan: HubPlan,
  ) {
    this.chance = world.chance.split(`hub ${plan.name}`);
  }

  get name(): string {
    return this.plan.name;
  }

  get isStopping(): boolean {
    return this.stopping && this.current !== undefined;
  }

  get life(): HubLife | undefined {
    return this.current;
  }

  start(): void {
    if (this.current !== undefined) return;
    const { world, plan } = this;
    const machine = new Machine(world, `${plan.name}#${++this.lives}`);
    const { clock, timers } = machine;
    const { random } = this.chance.split(`life ${this.lives}`);
    world.note(`${machine.name} starts`);
    const log = new HubLog(this.logger(machine));
    const openDealer = (options: ConstructorParameters<typeof SimDealer>[2]): SimDealer =>
      new SimDealer(this.network, machine, options);
    const socket = new SimHubSocket({ clock, timers, random, openDealer });
    const workers = new Set<SimWorker>();
    const startWorker: StartWorker = (group, options, listener) => {
      const tasks = plan.tasks.filter((name) => group.plan.tasks?.includes(name) ?? true);
      const chance = this.chance.split(`worker ${options.start.worker} ${workers.size}`);
      const worker = new SimWorker(world, machine, chance, options, listener, this.runs, tasks);
      workers.add(worker);
      return worker;
    };
    const hub = new Hub(
      {
        groups: plan.groups,
        slots: SLOTS,
        workers: {
          source: { folder: '/tasks' },
          importDeadlineMs: 10_000,
          arguments: {},
          resultBytesMax: 1_000_000,
          lineMax: 1_000,
          startWorker,
        },
        clock,
        timers,
        random,
      },
      socket,
      log,
    );
    const incarnation = machine.name;
    const load = { beat: () => ({ cpu: Math.round(this.chance.between(0, 100)) }) };
    const identity = { name: plan.name, incarnation, host: plan.name, pid: this.lives };
    const uplink = new Uplink(hub, socket, identity, log, timers, load);
    uplink.onRefused = (error) => {
      throw error;
    };
    socket.hub = hub;
    this.current = { machine, incarnation, hub, uplink, socket, log, workers };
    this.stopping = false;
    socket.start();
    hub.open({
      tasks: plan.tasks.map((name) => ({ name, file: name, fingerprint: name, isolation: {} })),
      broken: [],
    });
  }

  /** Kill -9, or the loss of its machine. Its workers notice, or die with it. */
  crash(machineDiedToo: boolean): void {
    const life = this.current;
    if (life === undefined) return;
    this.current = undefined;
    life.machine.kill();
    this.world.note(`${life.machine.name} ${machineDiedToo ? 'loses its power' : 'is killed'}`);
    for (const worker of life.workers) {
      const leftMs = machineDiedToo ? 0 : this.chance.between(0, ORPHAN_MS);
      this.world.after(leftMs, '', () => worker.die('its hub is dead'));
    }
    this.network.died(this.name, machineDiedToo);
  }

  /** SIGTERM: it drains, says goodbye and ends. */
  async stop(): Promise<void> {
    const life = this.current;
    if (life === undefined || this.stopping) return;
    this.stopping = true;
    this.world.note(`${life.machine.name} is asked to stop`);
    await drain(life.hub, life.socket, life.log, DRAIN_MS);
    if (this.current !== life) return;
    life.uplink.close();
    this.current = undefined;
    // What is still to be sent is sent.
    this.world.after(5, `${life.machine.name} ends`, () => life.machine.kill());
  }

  /** A worker's process dies, of something that is no task's fault. */
  killWorker(): void {
    const worker = this.chance.pick([...(this.current?.workers ?? [])].filter(({ isAlive }) => isAlive));
    worker?.die('signal SIGKILL');
  }

  private logger({ name }: Machine): LineLogger {
    const tell = (message: string): void => this.world.note(`${name}: ${message}`);
    return { log: tell, warn: tell, error: tell };
  }
}
