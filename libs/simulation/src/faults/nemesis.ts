import type { SimHub } from '../hub/sim-hub.js';
import type { SimClient } from '../client/sim-client.js';
import type { Cluster } from '../scenario/cluster.js';
import type { Chance } from '../world/chance.js';
import type { Machine } from '../world/machine.js';
import type { World } from '../world/world.js';
import type { FaultKind } from './fault.js';
import { Partition } from './partition.js';

/** How long what is down, or stopped, or full, stays so on average. */
const DOWN_MS = 3_000;
const PAUSE_MS = 4_000;
const FULL_MS = 12_000;
const CLOCK_STEP_MS = 86_400_000;

/** Lets things go wrong, as often as the scenario says, until it is told to heal all of it. */
export class Nemesis {
  private readonly acts: Readonly<Record<FaultKind, (chance: Chance) => void>>;
  private readonly paused = new Set<Machine>();
  private readonly partition: Partition;
  private isOver = false;
  /** Faults so far. */
  count = 0;

  constructor(
    private readonly world: World,
    private readonly cluster: Cluster,
  ) {
    const { hubs, clients, balancer } = cluster;
    this.partition = new Partition(world, cluster);
    this.acts = {
      break: (chance) => this.breakConnection(chance),
      partition: (chance) => this.partition.clogSome(chance),
      pause: (chance) => this.pause(chance),
      'crash-hub': (chance) => this.crash(chance, chance.pick(hubs)),
      'crash-client': (chance) => this.crash(chance, chance.pick(clients)),
      'crash-balancer': (chance) => this.crash(chance, balancer),
      'stop-hub': (chance) => this.stopHub(chance, chance.pick(hubs)),
      'kill-worker': (chance) => chance.pick(hubs)?.killWorker(),
      'false-alarm': (chance) => this.falseAlarm(chance),
      'step-clock': (chance) =>
        chance.pick(this.machines())?.stepWall(chance.int(-CLOCK_STEP_MS, CLOCK_STEP_MS)),
      'full-disk': (chance) => this.fillDisk(chance),
    };
  }

  begin(): void {
    for (const [kind, everyMs] of Object.entries(this.cluster.scenario.faults)) {
      this.again(kind as FaultKind, everyMs, this.world.chance.split(`fault ${kind}`));
    }
  }

  /** Nothing goes wrong from now on, and nothing stays wrong but for processes that are down. */
  heal(): void {
    this.isOver = true;
    this.partition.heal();
    for (const machine of this.paused) machine.resume();
    this.cluster.balancer.setDiskFull(false);
  }

  private again(kind: FaultKind, everyMs: number, chance: Chance): void {
    this.world.after(chance.exponential(everyMs), '', () => {
      if (this.isOver) return;
      this.count += 1;
      this.world.note(`FAULT ${kind}`);
      this.acts[kind](chance);
      this.again(kind, everyMs, chance);
    });
  }

  private machines(): Machine[] {
    const { hubs, clients, balancer } = this.cluster;
    const machines = [
      balancer.life?.machine,
      ...hubs.map(({ life }) => life?.machine),
      ...clients.map((c) => c.machine),
    ];
    return machines.filter((machine) => machine !== undefined);
  }

  private breakConnection(chance: Chance): void {
    const { network, balancer } = this.cluster;
    const connection = chance.pick(network.connectionsOf(balancer.name).filter(({ isWhole }) => isWhole));
    if (connection === undefined) return;
    const { dialler, listener } = network.breakOne(connection);
    this.world.note(
      `${connection.dialler.name} loses its connection, noticed after ${dialler} and ${listener} ms`,
    );
  }

  private pause(chance: Chance): void {
    const machine = chance.pick(this.machines().filter(({ isRunning }) => isRunning));
    if (machine === undefined) return;
    const forMs = chance.exponential(PAUSE_MS);
    this.world.note(`${machine.name} is stopped for ${forMs.toFixed(0)} ms`);
    machine.pause();
    this.paused.add(machine);
    this.world.after(forMs, '', () => {
      if (!this.paused.delete(machine) || machine.isDead) return;
      this.world.note(`${machine.name} is continued`);
      machine.resume();
    });
  }

  private crash(
    chance: Chance,
    process: { crash(machineDiedToo: boolean): void; start(): void } | SimHub | SimClient | undefined,
  ): void {
    process?.crash(chance.happens(0.4));
    this.world.after(chance.exponential(DOWN_MS), '', () => process?.start());
  }

  private stopHub(chance: Chance, hub: SimHub | undefined): void {
    if (hub === undefined) return;
    hub.stop().catch((error: unknown) => this.world.fail(error));
    // Whoever supervises it starts it again once it has ended, or has taken too long to.
    this.world.after(10_000 + chance.exponential(DOWN_MS), '', () => {
      if (hub.isStopping) hub.crash(false);
      hub.start();
    });
  }

  private falseAlarm(chance: Chance): void {
    const { life } = this.cluster.balancer;
    const session = chance.pick(life?.engine?.openHubs() ?? []);
    if (life === undefined || session === undefined) return;
    const { incarnation, number } = session;
    life.machine.run(() => {
      const { engine } = life;
      if (engine === undefined) return;
      const id = { epoch: engine.settings.epoch, number };
      engine.hubs.down({ session: id, incarnation, reason: 'a false alarm' }, engine.now());
      engine.wake();
    });
  }

  private fillDisk(chance: Chance): void {
    const { balancer } = this.cluster;
    balancer.setDiskFull(true);
    this.world.after(chance.exponential(FULL_MS), '', () => balancer.setDiskFull(false));
  }
}
