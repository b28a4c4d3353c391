import { Engine, type EnginePorts } from '@penstock/engine';
import { SimulatedDisk, simulatedJournal } from '@penstock/journal';
import type { Timers } from '@penstock/runtime';
import type { BalancerBuild, SimDisk } from './balancer-build.js';

/** Most syncs take about so long; some, a hundred times that. */
const SYNC_MS = 0.4;
const SLOW_SHARE = 0.01;

/** A disk that keeps a journal, and loses what was not synced when it loses its power. */
export class JournalDisk implements SimDisk {
  readonly disk: SimulatedDisk;

  constructor(random: () => number, timers: Timers) {
    const syncMs = (): number => SYNC_MS * (0.5 + random()) * (random() < SLOW_SHARE ? 100 : 1);
    this.disk = new SimulatedDisk({ timers, random, syncMs });
  }

  onCrash(): void {
    // What a process that is killed has written and not synced may or may not be there later, as after a loss of power.
    this.disk.crash();
  }

  setFull(isFull: boolean): void {
    this.disk.isFull = isFull;
  }
}

/** A balancer with a journal: what it acknowledges at level `disk` outlives it. */
export const onDisk: BalancerBuild<JournalDisk> = {
  makeDisk: (random, timers) => new JournalDisk(random, timers),
  makeEngine: async (settings, ports: EnginePorts, { disk }) => {
    let engine: Engine | undefined;
    const journal = simulatedJournal(disk, {
      timers: ports.timers,
      onFull: (isFull) => {
        if (engine !== undefined) engine.submissions.isDiskFull = isFull;
      },
    });
    const { epoch } = await journal.open();
    engine = new Engine({ ...settings, epoch, durability: 'disk' }, { ...ports, journal });
    await engine.recover();
    return engine;
  },
};
