import { Engine, type EnginePorts, type EngineSettings } from '@penstock/engine';
import { SimulatedDisk, simulatedJournal, type Journal } from '@penstock/journal';
import type { Timers } from '@penstock/runtime';
import type { BalancerBuild, SimDisk } from './balancer-build.js';

/** About how long most syncs of a disk take: one of its own, a cheap one, one that a crash nearly always finds at work. */
const SYNC_MS = [0.4, 5, 50] as const;
/** Some take a good deal longer. */
const SLOW_SHARE = 0.01;

/** A disk that keeps a journal, and loses what was not synced when it loses its power. */
export class JournalDisk implements SimDisk {
  readonly disk: SimulatedDisk;

  constructor(random: () => number, timers: Timers) {
    const usualMs = SYNC_MS[Math.floor(random() * SYNC_MS.length)] ?? SYNC_MS[0];
    const syncMs = (): number => usualMs * (0.5 + random()) * (random() < SLOW_SHARE ? 20 : 1);
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
export const onDisk = {
  makeDisk: (random: () => number, timers: Timers) => new JournalDisk(random, timers),
  /** @param prepare told of the engine before it recovers */
  makeEngine: async (
    settings: EngineSettings,
    ports: EnginePorts,
    { disk }: JournalDisk,
    prepare: (engine: Engine, journal: Journal) => void = () => undefined,
  ): Promise<Engine> => {
    const journal = simulatedJournal(disk, { timers: ports.timers });
    const { epoch } = await journal.open();
    const engine = new Engine({ ...settings, epoch, durability: 'disk' }, { ...ports, journal });
    prepare(engine, journal);
    await engine.recover();
    return engine;
  },
} satisfies BalancerBuild<JournalDisk>;
