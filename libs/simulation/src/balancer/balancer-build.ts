import type { Timers } from '@penstock/runtime';
import { Engine, type EnginePorts, type EngineSettings } from '@penstock/engine';

/** What a balancer's disk does when something happens to it. What is on it outlives any number of balancers. */
export interface SimDisk {
  /** Its process has died. With `powerLoss` what was written and not synced is lost, or torn. */
  onCrash(powerLoss: boolean): void;
  /** Nothing more fits on it, or something does again. */
  setFull(isFull: boolean): void;
}

/** How the balancers of a run are made: the place for another engine, and for one with a journal. */
export interface BalancerBuild<Disk extends SimDisk = SimDisk> {
  /**
   * The disk of the run's balancer.
   *
   * @param timers of the disk itself: they go on whatever becomes of the balancer's process
   */
  makeDisk(random: () => number, timers: Timers): Disk;
  /**
   * Makes the engine of one life, with all that it recovers from the disk.
   *
   * @param settings `epoch` rises from life to life; an engine whose journal knows better takes that one
   */
  makeEngine(settings: EngineSettings, ports: EnginePorts, disk: Disk): Engine | Promise<Engine>;
}

/** A balancer without a journal: nothing outlives it, and it says so in every acknowledgement. */
export const inMemory: BalancerBuild = {
  makeDisk: () => ({ onCrash: () => undefined, setFull: () => undefined }),
  makeEngine: (settings, ports) => new Engine(settings, ports),
};
