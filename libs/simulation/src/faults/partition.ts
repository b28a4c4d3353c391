import { CLIENTS, HUBS } from '../balancer/sim-balancer.js';
import type { Link } from '../network/link.js';
import type { Cluster } from '../scenario/cluster.js';
import type { Chance } from '../world/chance.js';
import type { World } from '../world/world.js';

/** Over how long a partition comes about, and how long it lasts on average. */
const SPREAD_MS = 2_000;
const LASTS_MS = 8_000;

/**
 * Clogs the ways of some machines, each at its own time, and frees them in another order: swizzle-clogging, which finds
 * more than a clean cut does. A way may be clogged in one direction only.
 */
export class Partition {
  private readonly clogged = new Set<Link>();
  private isOver = false;

  constructor(
    private readonly world: World,
    private readonly cluster: Cluster,
  ) {}

  clogSome(chance: Chance): void {
    const { hubs, clients } = this.cluster;
    const ways = [
      ...hubs.map(({ name }) => ({ name, address: HUBS })),
      ...clients.map(({ name }) => ({ name, address: CLIENTS })),
    ];
    const { network } = this.cluster;
    for (const { name, address } of chance.some(ways, chance.pick([0.3, 0.6, 1]))) {
      const toBalancer = chance.pick(['up', 'down', 'both'] as const);
      if (toBalancer !== 'down') this.clogFor(chance, `${name} to the balancer`, network.link(name, address));
      if (toBalancer !== 'up') this.clogFor(chance, `the balancer to ${name}`, network.link(address, name));
    }
  }

  heal(): void {
    this.isOver = true;
    for (const link of this.clogged) link.unclog();
    this.clogged.clear();
  }

  private clogFor(chance: Chance, way: string, link: Link): void {
    const forMs = chance.exponential(LASTS_MS);
    this.world.after(chance.between(0, SPREAD_MS), '', () => {
      if (this.isOver || this.clogged.has(link)) return;
      this.world.note(`from ${way} nothing gets through for ${forMs.toFixed(0)} ms`);
      this.clogged.add(link);
      link.clog();
      this.world.after(forMs, '', () => {
        if (!this.clogged.delete(link)) return;
        this.world.note(`from ${way} it gets through again`);
        link.unclog();
      });
    });
  }
}
