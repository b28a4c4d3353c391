import type { Engine } from '@penstock/engine';
import type { BalancerLife } from '../balancer/sim-balancer.js';
import { promise } from '../world/violation.js';
import type { World } from '../world/world.js';

/** A wall clock tells whole milliseconds. */
const ROUNDING_MS = 1.5;

/** The time of the journal, which outlives the engine; without one, that of the engine. */
export function journalNow(engine: Engine): number {
  return engine.now() + (engine.partition.journal?.shiftMs ?? 0);
}

/**
 * The time of the journal goes on as that of the world: always while its machine runs, and over a loss of power as well
 * unless somebody has set the wall clock, which is all that tells the time then.
 */
export class JournalTimeWatch {
  /** What the world's time lacks to the journal's, in the last life that served. */
  private lead: number | undefined;
  private wasClockSet = false;
  /** Whether the machine has ever lost its power: what goes on after it may have left no trace when that is killed. */
  private hasLostPower = false;

  constructor(private readonly world: World) {}

  onServing({ machine }: BalancerLife, engine: Engine): void {
    if (engine.partition.journal === undefined) return;
    const lead = journalNow(engine) - this.world.now;
    if (this.lead !== undefined && !(this.hasLostPower && this.wasClockSet)) {
      const offMs = lead - this.lead;
      promise(
        Math.abs(offMs) <= ROUNDING_MS,
        'journal-time',
        () => `${machine.name} goes on ${offMs} ms off the time that the journal had`,
      );
    }
    this.lead = lead;
  }

  /** @param life whether it has served or was on its way to */
  onCrashed({ machine }: BalancerLife, powerLoss: boolean): void {
    this.wasClockSet ||= machine.wasSet;
    this.hasLostPower ||= powerLoss;
  }
}
