import type { BalancerBuild } from '../balancer/balancer-build.js';
import { SimBalancer } from '../balancer/sim-balancer.js';
import { Load } from '../client/load.js';
import { SimClient } from '../client/sim-client.js';
import { RunLog } from '../hub/run-log.js';
import { SimHub } from '../hub/sim-hub.js';
import { SimNetwork } from '../network/sim-network.js';
import { Ledger } from '../oracle/ledger.js';
import { Oracle } from '../oracle/oracle.js';
import { Violation } from '../world/violation.js';
import type { World } from '../world/world.js';
import type { Scenario } from './scenario.js';

/** How often what never ends is cancelled, once faults are healed. */
const CANCEL_AGAIN_MS = 15_000;

/** Everything of one run: a balancer, hubs and clients on a network, and an oracle that sees all of it. */
export class Cluster {
  readonly network: SimNetwork;
  readonly runs = new RunLog();
  readonly ledger = new Ledger();
  readonly balancer: SimBalancer;
  readonly hubs: readonly SimHub[];
  readonly clients: readonly SimClient[];
  readonly oracle: Oracle;

  constructor(
    readonly world: World,
    readonly scenario: Scenario,
    build: BalancerBuild,
  ) {
    const { network: shape, scheduler, windowTasks } = scenario;
    this.network = new SimNetwork(world, shape);
    this.hubs = scenario.hubs.map((plan) => new SimHub(world, this.network, this.runs, plan));
    this.oracle = new Oracle(world, this.ledger, this.runs, this.hubs);
    this.balancer = new SimBalancer(
      world,
      this.network,
      build,
      {
        scheduler,
        times: { heartbeatMs: 1_000, lostMs: 10_000, graceMs: 2_000 },
        epoch: 0,
        idSalt: world.chance.split('salt').int(0, 0xffff_ffff),
        version: 'simulated',
        payloadBytesMax: 1_000_000,
        windowTasks,
        windowBytes: 1_000_000,
        durability: 'memory',
        reattachMs: 10_000,
        feedSize: 10,
      },
      (life, engine) => this.oracle.onServing(life, engine),
      (life, powerLoss) => this.oracle.onCrashed(life, powerLoss),
    );
    this.network.tap = (connection, direction, frames) =>
      this.oracle.onMessage(connection, direction, frames);
    this.clients = scenario.clients.map(
      ({ name, isCareful }) =>
        new SimClient(world, this.network, this.ledger, name, isCareful, (warning) => {
          if (warning.code === 'CONNECTION_LOST') return;
          const text = `${name} is warned: ${warning.code} ${warning.message}`;
          world.fail(new Violation('no-protocol-error', text));
        }),
    );
  }

  /** Starts everything, and the load. */
  start(): void {
    const { world, scenario, clients } = this;
    const chance = world.chance.split('start');
    this.balancer.start();
    for (const each of [...this.hubs, ...clients]) {
      world.after(chance.between(0, 200), '', () => each.start());
    }
    scenario.clients.forEach((plan, index) => {
      const client = clients[index];
      if (client !== undefined) new Load(world, scenario, plan, client).begin();
    });
  }

  /** Whatever is down comes up; what never ends by itself is cancelled. */
  heal(): void {
    this.balancer.start();
    for (const each of [...this.hubs, ...this.clients]) each.start();
    // What was handed in again must be there before it can be cancelled.
    this.world.after(CANCEL_AGAIN_MS, '', () => this.endTheEndless());
  }

  /** A cancel that got lost is tried again. */
  private endTheEndless(): void {
    for (const entry of this.ledger.open) {
      if (entry.behaviour.kind !== 'hang' && entry.behaviour.kind !== 'deaf') continue;
      this.clients.find(({ name }) => name === entry.client)?.cancel(entry);
    }
    this.world.after(CANCEL_AGAIN_MS, '', () => this.endTheEndless());
  }

  /** Whether everything has come to its end, and each part knows. */
  get isAtRest(): boolean {
    const scheduler = this.balancer.life?.engine?.partition.scheduler;
    return (
      this.ledger.open.size === 0 &&
      scheduler?.queued === 0 &&
      scheduler.running === 0 &&
      this.hubs.every(({ life }) => life !== undefined && life.hub.table.held.size === 0)
    );
  }

  /** What keeps the cluster from rest. */
  describeUnrest(): string {
    const scheduler = this.balancer.life?.engine?.partition.scheduler;
    const open = [...this.ledger.open];
    const held = this.hubs.map(({ name, life }) => `${name} ${life?.hub.table.held.size ?? 'down'}`);
    const names = open
      .slice(0, 3)
      .map(({ taskId, client, behaviour }) => `${taskId} of ${client} (${behaviour.kind})`);
    return (
      `${open.length} tasks have not ended for their clients (${names.join(', ')}), the balancer has ` +
      `${scheduler?.queued} queued and ${scheduler?.running} running, hubs hold ${held.join(', ')}`
    );
  }
}
