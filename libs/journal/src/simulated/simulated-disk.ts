import { systemTimers, type Random, type Timers } from '@penstock/runtime';
import { unopenedState, type StoreState } from '../store-state.js';
import type { StoreWrite } from '../store.js';
import { decodeFrame, encodeFrame } from './frame.js';

/** How a {@link SimulatedDisk} behaves. */
export interface SimulatedDiskOptions {
  /** When a sync ends. */
  readonly timers?: Timers;
  readonly random?: Random;
  /** How long a sync takes, in milliseconds; asked for each. Default 0. */
  readonly syncMs?: () => number;
}

const SECTOR_BYTES = 512;

/**
 * A disk with one journal on it, that loses power when it is told to. A write is on it when its sync has ended; of the
 * one that was under way at a crash it may have all, nothing, or some of the sectors, by chance. It has no time and no
 * chance but what it is given.
 */
export class SimulatedDisk {
  /** While true, nothing can be written. */
  isFull = false;

  private readonly timers: Timers;
  private readonly random: Random;
  private readonly syncMs: () => number;
  private readonly entries = new Map<number, Uint8Array>();
  private state: StoreState = unopenedState;
  private underWay: Buffer | undefined;
  private crashCount = 0;

  constructor({ timers = systemTimers, random = Math.random, syncMs = () => 0 }: SimulatedDiskOptions = {}) {
    this.timers = timers;
    this.random = random;
    this.syncMs = syncMs;
  }

  /** Rises with each crash. Whoever saw another number is dead, and nothing happens to it any more. */
  get crashes(): number {
    return this.crashCount;
  }

  /** What is on the disk. */
  get durable(): { readonly entries: ReadonlyMap<number, Uint8Array>; readonly state: StoreState } {
    return { entries: this.entries, state: this.state };
  }

  /** Everything that runs on the machine ends at once: no promise of its journals settles any more. */
  crash(): void {
    this.crashCount += 1;
    const frame = this.underWay;
    this.underWay = undefined;
    if (frame === undefined) return;
    const fate = this.random();
    // A third each: nothing came to the disk, all of it did, or some sectors.
    if (fate < 1 / 3) return;
    if (fate >= 2 / 3) this.tear(frame);
    const write = decodeFrame(frame);
    if (write !== undefined) this.apply(write);
  }

  /** Flips a bit of an entry, if there is one. */
  damage(): void {
    const numbers = [...this.entries.keys()];
    const sequence = numbers[Math.floor(this.random() * numbers.length)];
    const stored = sequence === undefined ? undefined : this.entries.get(sequence);
    if (sequence === undefined || stored === undefined) return;
    const damaged = Uint8Array.from(stored);
    const at = Math.floor(this.random() * damaged.byteLength);
    damaged[at] = (damaged[at] ?? 0) ^ (1 << Math.floor(this.random() * 8));
    this.entries.set(sequence, damaged);
  }

  /**
   * Writes and syncs, if nobody has begun a later epoch when the sync ends; then calls back whether it has. Never calls
   * back if there is a crash before.
   */
  sync(write: StoreWrite, onEnd: (isDurable: boolean) => void): void {
    const frame = encodeFrame(write);
    const { crashCount } = this;
    this.underWay = frame;
    this.timers.after(this.syncMs(), () => {
      if (this.crashCount !== crashCount) return;
      if (this.underWay === frame) this.underWay = undefined;
      const isFenced = write.state.epoch < this.state.epoch;
      if (!isFenced) this.apply(write);
      onEnd(!isFenced);
    });
  }

  private apply({ entries, drops, state }: StoreWrite): void {
    for (const { sequence, stored } of entries) this.entries.set(sequence, stored);
    for (const sequence of drops) this.entries.delete(sequence);
    this.state = state;
  }

  /** Some sectors keep what was there before; at least one does. */
  private tear(frame: Buffer): void {
    const sectors = Math.ceil(frame.byteLength / SECTOR_BYTES);
    const lost = Math.floor(this.random() * sectors);
    for (let sector = 0; sector < sectors; sector++) {
      if (sector === lost || this.random() < 0.5) {
        frame.subarray(sector * SECTOR_BYTES, (sector + 1) * SECTOR_BYTES).fill(0);
      }
    }
  }
}
