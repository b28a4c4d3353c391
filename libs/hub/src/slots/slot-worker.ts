import { ClaimWord } from '@penstock/worker/host';
import { Fifo } from './fifo.js';
import type { HeldTask } from './held-task.js';
import type { SlotGroup } from './slot-group.js';

/**
 * - `starting`: it loads its tasks.
 * - `ready`: it takes tasks.
 * - `retiring`: it takes nothing new, and stops when it has nothing left.
 * - `gone`: its process or thread is dead, or was told to stop.
 */
export type WorkerState = 'starting' | 'ready' | 'retiring' | 'gone';

/** One life of one worker: what it was handed, and what of that runs. */
export class SlotWorker {
  state: WorkerState = 'starting';
  /** Names of the tasks that it has loaded. */
  tasks: ReadonlySet<string> = new Set();
  /** Handed over and not known to have begun, in order. */
  readonly handed = new Fifo<HeldTask>();
  readonly running = new Set<HeldTask>();
  /** Tasks handed over so far; the number of the next one. */
  handedCount = 0;
  /** A recall is under way: nothing more is handed over until it is answered. */
  isRecalling = false;
  /** Why the hub killed it on purpose; `undefined` = it did not. What it ran beside the culprit has no part in it. */
  killedFor: string | undefined = undefined;
  /** When it last got on: began from empty, or ended a task. Monotonic milliseconds. */
  movedAt = 0;

  constructor(
    readonly group: SlotGroup,
    readonly name: string,
    /** Attempts that run at a time. */
    readonly concurrency: number,
  ) {}

  /** Attempts that it has. */
  get load(): number {
    return this.handed.size + this.running.size;
  }

  /** Whether it may be handed tasks. */
  get isOpen(): boolean {
    return this.state === 'ready' && !this.isRecalling;
  }

  /** Attempts of what it has that cannot be running yet. */
  get backlog(): number {
    return this.load - this.concurrency;
  }

  /** How many of {@link handed} lie before the claim number `claimed` (modulo 2^30, see `ClaimWord`). */
  handedBefore(claimed: number): number {
    const { first } = this.handed;
    if (first === undefined) return 0;
    const count = ClaimWord.distance(first.sequence, claimed);
    // A number from before the first one is far away in modulo arithmetic.
    return count > this.handed.size ? 0 : count;
  }
}
