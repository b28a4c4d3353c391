import type { Engine } from '@penstock/engine';
import { checkInvariants } from '@penstock/scheduler';
import type { BalancerLife } from '../balancer/sim-balancer.js';
import type { RunLog } from '../hub/run-log.js';
import type { SimHub } from '../hub/sim-hub.js';
import type { Connection } from '../network/connection.js';
import { promise } from '../world/violation.js';
import type { World } from '../world/world.js';
import type { Entry, Ledger } from './ledger.js';
import { LifeWatch } from './life-watch.js';
import { JournalTimeWatch } from './journal-time-watch.js';
import { Plans } from './plans.js';
import { WireWatch } from './wire-watch.js';

/** How long after its time is over a queued task may still be there: a sweep, and the turn that does it. */
const SWEEP_MS = 5_000;

/** Ends that only the balancer can tell. */
const toldEnds = new Set(['TASK_FAILED', 'TASK_CANCELLED', 'TASK_EXPIRED']);

/** Sees everything and judges: each rule of docs/simulation.md is checked by it or by what it is made of. */
export class Oracle {
  private readonly plans: Plans;
  private readonly wire: WireWatch;
  private readonly journalTime: JournalTimeWatch;
  private watch: LifeWatch | undefined;
  /** Epochs of lives that have crashed. */
  private readonly crashed = new Set<number>();

  constructor(
    private readonly world: World,
    private readonly ledger: Ledger,
    private readonly runs: RunLog,
    hubs: readonly SimHub[],
  ) {
    this.plans = new Plans(hubs.map(({ plan }) => plan));
    this.journalTime = new JournalTimeWatch(world);
    this.wire = new WireWatch(world, ledger, runs);
  }

  onServing(life: BalancerLife, engine: Engine): void {
    this.journalTime.onServing(life, engine);
    this.watch = new LifeWatch(this.world, life, engine, this.ledger, this.runs, this.plans);
  }

  onCrashed(life: BalancerLife, powerLoss: boolean): void {
    this.journalTime.onCrashed(life, powerLoss);
    if (this.watch !== undefined) this.crashed.add(this.watch.epoch);
    this.watch = undefined;
  }

  onMessage(connection: Connection, direction: 'up' | 'down', frames: readonly Uint8Array[]): void {
    this.wire.onMessage(connection, direction, frames);
  }

  /** What costs as much as there are tasks. */
  check(): void {
    if (this.watch === undefined) return;
    const { engine, life } = this.watch;
    checkInvariants(engine.partition.scheduler);
    if (life.machine.runningForMs >= SWEEP_MS) this.watch.checkWaiting(SWEEP_MS);
  }

  /** Everything has come to its end: has it the right one? */
  finish(): void {
    this.check();
    for (const entry of this.ledger) {
      this.checkEnd(entry);
      this.checkStarts(entry);
    }
  }

  /** A task that may start only once has not started twice, unless the balancer had let go of it and got it anew. */
  private checkStarts({ taskId, rules, isForgotten, wasTakenAnew, acknowledged }: Entry): void {
    const isInMemory = rules.durability === 'memory' || [...acknowledged.values()].includes('memory');
    if (rules.onWorkerLoss !== 'fail' || isForgotten || wasTakenAnew || isInMemory) return;
    const starts = this.runs.of(taskId).length;
    promise(starts <= 1, 'starts-once', () => `task ${taskId} may start only once, and has ${starts} times`);
  }

  private checkEnd({ taskId, end, acknowledged, cancelAsked, isWanted }: Entry): void {
    if (!isWanted || end === undefined) return;
    if (end.ok) {
      const { run } = (end.value ?? {}) as { run?: number };
      promise(
        run !== undefined && this.runs.at(run)?.taskId === taskId && this.runs.at(run)?.ended === 'done',
        'true-result',
        () => `the client has ${JSON.stringify(end.value)} for task ${taskId}`,
      );
      return;
    }
    const isHeld = [...acknowledged].some(([life, level]) => level === 'disk' || !this.crashed.has(life));
    promise(
      !isHeld || toldEnds.has(end.code),
      'acknowledged',
      () => `task ${taskId} was acknowledged, and its client has ${end.code}: ${end.message}`,
    );
    promise(
      end.code !== 'TASK_CANCELLED' || cancelAsked,
      'true-result',
      () => `task ${taskId} is cancelled, which nobody asked for`,
    );
  }
}
