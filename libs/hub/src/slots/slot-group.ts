import type { TaskIsolation } from '@penstock/worker/host';
import { Fifo } from './fifo.js';
import type { HeldTask } from './held-task.js';
import { Pace } from './pace.js';
import type { SlotWorker } from './slot-worker.js';

/** What a group is, by the parameters. */
export interface GroupPlan {
  readonly name: string;
  readonly kind: 'process' | 'inline';
  /** Attempts that run at a time. */
  readonly slots: number;
  readonly minPriority: number | null;
  readonly maxPriority: number | null;
  readonly niceness: number;
  /** Names of the tasks that it runs; `null` = all. */
  readonly tasks: readonly string[] | null;
}

/** The workers of one band, task set and isolation, and what waits for them. */
export class SlotGroup {
  readonly workers: SlotWorker[] = [];
  readonly waiting = new Fifo<HeldTask>();
  readonly pace: Pace;
  /** Names of the tasks that it runs, of those that the folder has. */
  tasks: ReadonlySet<string> = new Set();
  /** Since when tasks wait and none was handed to a worker, in monotonic milliseconds; `undefined` = none waits. */
  stuckSince: number | undefined = undefined;
  /** Where the search for a worker with room goes on. */
  private cursor = 0;

  constructor(
    readonly index: number,
    readonly plan: GroupPlan,
    /** What the processes of its workers are kept from. */
    readonly isolation: TaskIsolation,
    prefetchMs: number,
  ) {
    this.pace = new Pace(prefetchMs);
  }

  /** Tasks that the group may hold ahead. */
  set aheadMax(aheadMax: number) {
    this.pace.aheadMax = Math.floor(aheadMax / this.plan.slots);
  }

  /** Attempts that its living workers run at a time. */
  get liveSlots(): number {
    let slots = 0;
    for (const worker of this.workers) if (worker.state === 'ready') slots += worker.concurrency;
    return slots;
  }

  /** Attempts that it wants in hand at most, running ones included. */
  get window(): number {
    return this.liveSlots * this.depth;
  }

  /** Attempts for each slot. */
  get depth(): number {
    return 1 + this.pace.ahead;
  }

  /** Whether some worker runs the next task at once, if it knows it. */
  get hasFreeWorker(): boolean {
    return this.workers.some((worker) => worker.isOpen && worker.backlog < 0);
  }

  /** A worker that runs this task at once. */
  freeWorker(name: string): SlotWorker | undefined {
    return this.workers.find((worker) => worker.isOpen && worker.backlog < 0 && worker.tasks.has(name));
  }

  /** A worker that runs this task soon: one that has room for a task ahead, and gets on. */
  soonFreeWorker(name: string, movedSince: number): SlotWorker | undefined {
    const { workers, depth } = this;
    for (let step = 0; step < workers.length; step++) {
      this.cursor = (this.cursor + 1) % workers.length;
      const worker = workers[this.cursor];
      if (
        worker?.isOpen === true &&
        worker.load < worker.concurrency * depth &&
        worker.movedAt >= movedSince &&
        worker.tasks.has(name)
      ) {
        return worker;
      }
    }
    return undefined;
  }
}
