import type { Engine, EngineSettings } from '@penstock/engine';
import { PenstockError } from '@penstock/protocol';
import type { Boot } from '@penstock/runtime';
import type { SimNetwork } from '../network/sim-network.js';
import { Machine } from '../world/machine.js';
import type { World } from '../world/world.js';
import type { BalancerBuild, SimDisk } from './balancer-build.js';
import { clientPort } from './client-port.js';
import { hubPort } from './hub-port.js';
import { Port } from './port.js';

/** Where clients and hubs dial. */
export const CLIENTS = 'sim://clients';
export const HUBS = 'sim://hubs';

const START_AGAIN_MS = 1_000;

/** One life of the balancer. */
export interface BalancerLife {
  readonly number: number;
  readonly machine: Machine;
  /** Absent while it recovers. */
  engine: Engine | undefined;
}

/** The balancer: its disk, and one life after the other of its process. */
export class SimBalancer {
  readonly name = 'balancer';
  private readonly disk: SimDisk;
  private current: BalancerLife | undefined;
  private lives = 0;
  /** Runs of its machine, one after the other, and when the present one began. */
  private boots = 1;
  private bootedAt = 0;

  constructor(
    private readonly world: World,
    private readonly network: SimNetwork,
    private readonly build: BalancerBuild,
    private readonly settings: EngineSettings,
    private readonly onServing: (life: BalancerLife, engine: Engine) => void,
    private readonly onCrashed: (life: BalancerLife, powerLoss: boolean) => void,
  ) {
    const timers = {
      soon: (callback: () => void) => void world.after(0, '', callback),
      after: (ms: number, callback: () => void) => world.after(ms, '', callback),
    };
    this.disk = build.makeDisk(world.chance.split('disk').random, timers);
  }

  /** The present life; `undefined` between two. */
  get life(): BalancerLife | undefined {
    return this.current;
  }

  /** Starts a life. Its ports are open once it has recovered. */
  start(): void {
    if (this.current !== undefined) return;
    const number = ++this.lives;
    const machine = new Machine(this.world, `${this.name}#${number}`);
    const life: BalancerLife = { number, machine, engine: undefined };
    this.current = life;
    this.world.note(`${machine.name} starts`);
    this.serve(life).catch((error: unknown) => this.onNotServing(life, error));
  }

  /** Ends the present life as kill -9 does, or the loss of power. */
  crash(powerLoss: boolean): void {
    const life = this.current;
    if (life === undefined) return;
    this.current = undefined;
    life.machine.kill();
    if (powerLoss) {
      this.boots += 1;
      this.bootedAt = this.world.now;
    }
    this.world.note(`${life.machine.name} ${powerLoss ? 'loses its power' : 'is killed'}`);
    this.disk.onCrash(powerLoss);
    this.network.died(this.name, powerLoss);
    this.onCrashed(life, powerLoss);
  }

  setDiskFull(isFull: boolean): void {
    this.disk.setFull(isFull);
  }

  /** A balancer that finds its disk full does not start; whoever looks after it tries again. */
  private onNotServing(life: BalancerLife, error: unknown): void {
    if (!(error instanceof PenstockError) || error.code !== 'JOURNAL_FULL') this.world.fail(error);
    if (this.current !== life) return;
    this.world.note(`${life.machine.name} does not start: ${(error as Error).message}`);
    this.crash(false);
    this.world.after(START_AGAIN_MS, '', () => this.start());
  }

  private async serve(life: BalancerLife): Promise<void> {
    const { machine, number } = life;
    const late: { clients?: Port; hubs?: Port } = {};
    const engine = await this.build.makeEngine(
      { ...this.settings, epoch: number },
      {
        clock: machine.clock,
        boot: this.bootOf(machine),
        timers: machine.timers,
        toClients: { send: (peer, frames) => late.clients?.router?.send(peer, frames) },
        toHubs: { send: (peer, frames) => late.hubs?.router?.send(peer, frames) },
        log: {
          log: (line) => this.world.note(`${machine.name}: ${line}`),
          warn: (line) => this.world.note(`${machine.name}: ${line}`),
        },
      },
      this.disk,
    );
    if (machine.isDead) return;
    const onFault = (error: unknown): void => this.world.fail(error);
    late.clients = new Port(clientPort(engine), engine, onFault);
    late.hubs = new Port(hubPort(engine), engine, onFault);
    life.engine = engine;
    this.onServing(life, engine);
    late.clients.router = this.bind(CLIENTS, machine, late.clients, (peer) =>
      engine.onClientUnreachable(peer),
    );
    late.hubs.router = this.bind(HUBS, machine, late.hubs, (peer) => engine.onHubUnreachable(peer));
    this.world.note(`${machine.name} serves`);
  }

  /** The run of the machine, as a process of it tells it. */
  private bootOf({ clock }: Machine): Boot {
    return { id: `boot ${this.boots}`, offsetMs: this.world.now - this.bootedAt - clock.monotonicMs() };
  }

  private bind(address: string, machine: Machine, port: Port, onUnreachable: (peer: Uint8Array) => void) {
    return this.network.listen(address, machine, {
      onMessage: (peer, frames) => port.onMessage(peer, frames),
      onUnreachable,
    });
  }
}
