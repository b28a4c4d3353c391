import type { HubLease } from '@penstock/protocol';
import type { Clock, Random, Timers } from '@penstock/runtime';
import type { BrokenFile, LoadedTask, TaskIsolation, TaskSource } from '@penstock/worker/host';
import { tasksOf, type Catalogue } from '../catalogue/catalogue.js';
import type { HeldTask } from '../slots/held-task.js';
import type { SlotGroup } from '../slots/slot-group.js';
import type { SlotTable } from '../slots/slot-table.js';
import type { SlotWorker } from '../slots/slot-worker.js';
import type { OutputLine } from './output-lines.js';
import { processShapes, type ShapeOf } from './confinement.js';
import type { ImposedIsolation } from './isolation.js';
import { ProcessWorker } from './process-worker.js';
import { PULSE_MS } from './pulse.js';
import { Seat, type Life } from './seat.js';
import { exclusionOf, Suspects } from './suspects.js';
import { ThreadWorker } from './thread-worker.js';
import type { WorkerEnd, WorkerHandle, WorkerListener, WorkerOptions } from './worker-handle.js';

/** A replacement that has not come for so long does not hold up the others. */
const REPLACE_MS = 1_000;

/** What the workforce tells: what its workers say, and what becomes of them. */
export interface WorkforceListener {
  onReady(worker: SlotWorker, tasks: readonly LoadedTask[]): void;
  onStarted(worker: SlotWorker, frames: readonly Uint8Array[]): void;
  onOutcomes(worker: SlotWorker, frames: readonly Uint8Array[]): void;
  onProgress(worker: SlotWorker, lease: HubLease, percent: number): void;
  onClaimed(worker: SlotWorker, claimed: number): void;
  onRecalled(worker: SlotWorker, from: number): void;
  onLine(worker: SlotWorker, stream: 'stdout' | 'stderr', line: OutputLine): void;
  /** `respawnMs`: when the next one follows. */
  onGone(worker: SlotWorker, reason: string, wasIntended: boolean, respawnMs: number): void;
  /** An import ended a worker; no later one imports that file. */
  onExcluded(file: BrokenFile): void;
  onWarning(message: string): void;
}

/** How the workers of a hub are started. */
export interface WorkforceOptions {
  /** Where tasks come from. */
  readonly source: TaskSource;
  /** How their processes are started. Default: unconfined, in the hub's own environment without its secrets. */
  readonly shapeOf?: ShapeOf;
  /** Task files that are isolated whatever they say. Default: none. */
  readonly imposed?: ImposedIsolation;
  readonly importDeadlineMs: number;
  readonly arguments: WorkerOptions['start']['arguments'];
  readonly resultBytesMax: number;
  readonly lineMax: number;
  readonly clock: Clock;
  readonly timers: Timers;
  readonly random: Random;
  /** Default: a process, or a thread for an `inline` group. */
  readonly startWorker?: StartWorker;
}

/** Starts a worker of a group. */
export type StartWorker = (
  group: SlotGroup,
  options: WorkerOptions,
  listener: WorkerListener,
) => WorkerHandle;

const startRealWorker: StartWorker = ({ plan }, options, listener) =>
  plan.kind === 'inline' ? new ThreadWorker(options, listener) : new ProcessWorker(options, listener);

/** The processes and threads of a hub: one seat per worker, a new life when one dies, all replaced after a reload. */
export class Workforce {
  private readonly seats: Seat[] = [];
  private readonly handles = new Map<SlotWorker, WorkerHandle>();
  private readonly unflushed = new Set<WorkerHandle>();
  private current: Catalogue = { tasks: [], broken: [] };
  /** What no worker imports: the files that are known to be broken. */
  private excluded: readonly BrokenFile[] = [];
  private suspects = new Suspects();
  private isOpen = false;
  private generation = 0;
  private readonly shapeOf: ShapeOf;
  private cancelPulse: () => void = () => undefined;

  constructor(
    private readonly table: SlotTable,
    private readonly options: WorkforceOptions,
    private readonly listener: WorkforceListener,
  ) {
    this.shapeOf = options.shapeOf ?? processShapes(options.source);
  }

  /** What a scout found: the workers that start from now on load this. */
  set catalogue(catalogue: Catalogue) {
    this.current = catalogue;
    this.excluded = catalogue.broken;
    this.suspects = new Suspects();
  }

  /** The places of a group's workers; they are filled at once where the others are. */
  addGroup(group: SlotGroup): void {
    const size = group.plan.kind === 'inline' ? 1 : group.plan.slots;
    for (let count = 0; count < size; count++) {
      const seat = this.newSeat(group);
      this.seats.push(seat);
      if (this.isOpen) seat.open();
    }
  }

  /**
   * How a scout is started: it tries every file anew.
   *
   * @param files those that it imports; `undefined` = all that there is
   */
  scoutOptions(isolation: TaskIsolation, files: readonly string[] | undefined): WorkerOptions {
    return {
      start: { ...this.commonStart('scout', isolation), files, excluded: [], concurrency: 1 },
      shape: this.shapeOf(isolation),
      niceness: 0,
      ...this.commonOptions,
    };
  }

  /** Workers that there are to be, processes and threads. */
  get size(): number {
    return this.seats.length;
  }

  /** Names of a group's workers. */
  namesOf(group: SlotGroup): readonly string[] {
    return this.seats.filter((seat) => seat.group === group).map(({ name }) => name);
  }

  /** The processes by their workers' names. */
  get pids(): ReadonlyMap<string, number> {
    const pids = new Map<string, number>();
    for (const [{ name }, { pid }] of this.handles) if (pid !== undefined) pids.set(name, pid);
    return pids;
  }

  /** How long a worker's process has not answered, in milliseconds; 0 while all is well. */
  silentMs(worker: SlotWorker): number {
    return this.handles.get(worker)?.silentMs ?? 0;
  }

  /** Whether no worker lives. */
  get isEmpty(): boolean {
    return this.handles.size === 0;
  }

  /** Starts all workers. */
  open(): void {
    this.isOpen = true;
    for (const seat of this.seats) seat.open();
    this.beatLater();
  }

  /**
   * Replaces each worker by one that loads the folder anew, one after the other, so that the rest goes on: idle ones at
   * once, busy ones after their task.
   *
   * @param onFirst called once each group has a new worker, or none that comes soon
   */
  async replaceAll(onFirst: () => void): Promise<void> {
    const generation = ++this.generation;
    const idleFirst = this.seats.toSorted((one, other) => loadOf(one) - loadOf(other));
    const first = this.table.groups.flatMap((group) => idleFirst.find((seat) => seat.group === group) ?? []);
    const rest = idleFirst.filter((seat) => !first.includes(seat));
    for (const seat of first) if (generation === this.generation) await this.replace(seat);
    if (generation === this.generation) onFirst();
    for (const seat of rest) if (generation === this.generation) await this.replace(seat);
  }

  hand(worker: SlotWorker, task: HeldTask): void {
    const handle = this.handles.get(worker);
    if (handle === undefined) return;
    const { held } = this.table;
    handle.hand(task, held.idView, held.idOffset(task));
    this.unflushed.add(handle);
  }

  /** Sends what was handed to workers since the last call. */
  flush(): void {
    for (const handle of this.unflushed) handle.flush();
    this.unflushed.clear();
  }

  recall(worker: SlotWorker): void {
    this.handles.get(worker)?.recall(worker.handedCount);
  }

  /** @param timeoutMs what the handler took longer than; 0 = its task was cancelled */
  abort(worker: SlotWorker, lease: HubLease, timeoutMs: number): void {
    this.handles.get(worker)?.abort(lease, timeoutMs);
  }

  kill(worker: SlotWorker): void {
    this.handles.get(worker)?.kill();
  }

  stop(worker: SlotWorker): void {
    this.handles.get(worker)?.stop();
  }

  /** Lets every worker end once it has nothing left; none follows. */
  close(): void {
    this.generation += 1;
    this.cancelPulse();
    for (const seat of this.seats) seat.close();
    for (const worker of [...this.handles.keys()]) this.table.retire(worker);
  }

  /** Ends what still lives, at once, for a reason in which what it runs has no part. */
  killAll(reason: string): void {
    for (const [worker, handle] of this.handles) {
      worker.killedFor ??= reason;
      handle.kill();
    }
  }

  /** Asks those that have started for a sign of life; the others have a deadline for that. */
  private beat(): void {
    this.beatLater();
    for (const [{ state }, handle] of this.handles) if (state !== 'starting') handle.beat();
  }

  private beatLater(): void {
    this.cancelPulse();
    this.cancelPulse = this.options.timers.after(PULSE_MS, () => this.beat());
  }

  private newSeat(group: SlotGroup): Seat {
    const { clock, timers, random } = this.options;
    const name = `worker_${Math.floor(random() * 2 ** 32)
      .toString(16)
      .padStart(8, '0')}`;
    return new Seat(group, name, clock, timers, (seat) => this.spawn(seat));
  }

  private workerOptions(worker: string, group: SlotGroup): WorkerOptions {
    const { plan, isolation } = group;
    return {
      start: {
        ...this.commonStart(worker, isolation),
        files: this.filesOf(group),
        excluded: this.excluded,
        concurrency: plan.kind === 'inline' ? plan.slots : 1,
      },
      shape: this.shapeOf(isolation),
      niceness: plan.niceness,
      ...this.commonOptions,
    };
  }

  private commonStart(worker: string, isolation: TaskIsolation) {
    const { source, importDeadlineMs, resultBytesMax } = this.options;
    return { worker, source, isolation, importDeadlineMs, resultBytesMax, arguments: this.options.arguments };
  }

  private get commonOptions() {
    const { lineMax } = this.options;
    return { lineMax, onWarning: (message: string) => this.listener.onWarning(message) };
  }

  /** The files that a group's workers import: those of its tasks alone, so that none has more rights than it is to have. */
  private filesOf(group: SlotGroup): readonly string[] | undefined {
    if (!('folder' in this.options.source)) return undefined;
    return [...new Set(tasksOf(this.current, group).map(({ file }) => file))];
  }

  private spawn(seat: Seat): Life {
    const { group, name } = seat;
    const worker = this.table.addWorker(group, name);
    const options = this.workerOptions(name, group);
    const listener = this.listenerFor(seat, worker);
    const { startWorker = startRealWorker } = this.options;
    const handle = startWorker(group, options, listener);
    this.handles.set(worker, handle);
    return { worker, catalogue: this.current, since: this.options.clock.monotonicMs() };
  }

  private listenerFor(seat: Seat, worker: SlotWorker): WorkerListener {
    const { listener } = this;
    return {
      onReady: (tasks) => {
        this.suspects.acquit(tasks);
        listener.onReady(worker, tasks);
        seat.onReady();
      },
      onStarted: (frames) => listener.onStarted(worker, frames),
      onOutcomes: (frames) => listener.onOutcomes(worker, frames),
      onProgress: (lease, percent) => listener.onProgress(worker, lease, percent),
      onClaimed: (claimed) => listener.onClaimed(worker, claimed),
      onRecalled: (from) => listener.onRecalled(worker, from),
      onLine: (stream, line) => listener.onLine(worker, stream, line),
      onGone: (end) => this.onGone(seat, worker, end),
    };
  }

  private onGone(seat: Seat, worker: SlotWorker, end: WorkerEnd): void {
    this.handles.delete(worker);
    const wasIntended = worker.state === 'gone' || worker.killedFor !== undefined;
    if (!wasIntended && end.importing !== undefined && !this.suspects.excuse(end)) {
      const file = exclusionOf(end.importing, end);
      this.excluded = [...this.excluded, file];
      this.listener.onExcluded(file);
    }
    const respawnMs = seat.onGone(wasIntended);
    this.listener.onGone(worker, end.reason, wasIntended, respawnMs);
  }

  private async replace(seat: Seat): Promise<void> {
    const { present } = seat;
    // What dies or starts anyway loads the folder anew by itself.
    if (present === undefined || present.catalogue === this.current) return;
    const old = present.worker;
    this.table.retire(old);
    const isReplaced = (): boolean => seat.present?.worker !== old && seat.present?.worker.state === 'ready';
    const late = Promise.withResolvers<void>();
    const cancel = this.options.timers.after(REPLACE_MS, late.resolve);
    await Promise.race([seat.until(isReplaced), late.promise]);
    cancel();
  }
}

function loadOf({ present }: Seat): number {
  return present?.worker.load ?? 0;
}
