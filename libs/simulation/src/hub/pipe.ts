import type { Chance } from '../world/chance.js';
import type { World } from '../world/world.js';

/** Longest time that a message between a hub and its worker takes. */
const DELAY_MS = 1;

/** Messages between processes of one machine: each a moment later, in order. */
export class Pipe {
  private lastAt = 0;

  constructor(
    private readonly world: World,
    private readonly chance: Chance,
  ) {}

  /** Lets `arrive` happen after everything that was sent before. */
  send(arrive: () => void): void {
    this.lastAt = Math.max(this.lastAt, this.world.now + this.chance.between(0, DELAY_MS));
    this.world.after(this.lastAt - this.world.now, '', arrive);
  }
}
