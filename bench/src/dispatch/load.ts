import { limits, OutcomeStatus, TaskIdMinter, type HubGroup } from '@penstock/protocol';
import { defaultSettings, Scheduler, type Effects, type Submission, type Task } from '@penstock/scheduler';
import { spread } from '../rounds.js';

/** What a load is like. */
export interface LoadOptions {
  /** Tasks that wait all the time. */
  readonly queued: number;
  /** Users who submit in turn. */
  readonly users: number;
  /** Groups of workers, each of which runs {@link WINDOW} tasks all the time; they share the bands evenly. */
  readonly groups: number;
  /** Distinct worker bands. */
  readonly bands: number;
  /** Neighbouring priorities that each band takes; two neighbouring bands share all but one. */
  readonly bandWidth: number;
  /** Task names, all of them known to all workers. */
  readonly names: number;
  /** Lanes over which the tasks of one user are spread. */
  readonly lanesPerUser: number;
}

/** Nanoseconds for one task. */
export interface Cost {
  /** In `dispatch` alone: choosing group, user and task, and all bookkeeping of the lease. */
  readonly dispatchNs: number;
  /** In all that the scheduler does for a task: submit, dispatch, finding its lease again, end. */
  readonly cycleNs: number;
  /** `dispatchNs` as a mean, garbage collection and the machine's other work included. */
  readonly meanNs: number;
}

/** Attempts that each group holds: one is ended and replaced at a time. */
const WINDOW = 4;
/** Dispatches in one measurement. */
const DISPATCHES = 20_000;
/** Ended tasks that are kept, in every case: how they are kept is not what is measured. */
const KEPT = 1_000;

/** A lane as the load sees it: what is submitted to it, and the users who do so in turn. */
interface Source {
  readonly name: string;
  readonly priority: number;
  readonly users: readonly string[];
  next: number;
}

/**
 * A scheduler in a steady state: in each cycle every group's oldest attempt ends, each group gets a task in its place,
 * and what was taken from a lane is submitted to it again by the next of the users who use that lane. So the number
 * of tasks that wait, and that of those that run, stay what they are.
 */
export class Load {
  readonly scheduler: Scheduler;
  private readonly sources: Source[] = [];
  private readonly sourceOf = new Map<string, Source>();
  private readonly running: Task[] = [];
  private dispatched: Task[] = [];
  private readonly minter = new TaskIdMinter(
    () => 0,
    () => 0.5,
  );
  private readonly ids = new DataView(new ArrayBuffer(16 * limits.batchRecords));
  private now = 0;

  constructor(private readonly options: LoadOptions) {
    const effects: Effects = {
      dispatch: (task) => void this.dispatched.push(task),
      ended: ignore,
      requeued: ignore,
      woken: ignore,
      archived: ignore,
      cancelOnHub: ignore,
      dropResult: ignore,
      forgotten: ignore,
    };
    const settings = {
      ...defaultSettings,
      queuedPerUser: 0,
      queuedMax: Infinity,
      usersMax: Infinity,
      finishedMax: KEPT,
    };
    this.scheduler = new Scheduler(effects, settings, 1);
    this.scheduler.joinHub('hub', 'hub', this.groups());
    this.makeSources();
    this.submitAll(this.sourcesInTurn(options.queued + options.groups * WINDOW));
    this.scheduler.dispatch(this.now);
    this.running.push(...this.dispatched);
    this.dispatched = [];
  }

  /** Lanes that have something in them. */
  get lanes(): number {
    return this.sources.length;
  }

  /** Goes on for a while. The costs are medians over the calls of that time, each of which is for one task per group. */
  measure(): Cost {
    const { groups } = this.options;
    const dispatchNs: number[] = [];
    const cycleNs: number[] = [];
    for (let left = DISPATCHES; left > 0; left -= groups) {
      this.now += 1;
      const ending = this.running.splice(0, groups);
      const begin = process.hrtime.bigint();
      for (const task of ending) this.end(task);
      const ended = process.hrtime.bigint();
      const count = this.scheduler.dispatch(this.now);
      const end = process.hrtime.bigint();
      if (count !== groups) throw new Error(`${groups} ended, ${count} dispatched: no steady state`);
      const submitted = this.submitAll(this.dispatched.map((task) => this.sourceFor(task)));
      dispatchNs.push(Number(end - ended) / groups);
      cycleNs.push(Number(end - begin + submitted) / groups);
      this.running.push(...this.dispatched);
      this.dispatched = [];
    }
    return {
      dispatchNs: spread(dispatchNs).median,
      cycleNs: spread(cycleNs).median,
      meanNs: dispatchNs.reduce((sum, ns) => sum + ns, 0) / dispatchNs.length,
    };
  }

  private end(task: Task): void {
    const { scheduler, now } = this;
    const hub = task.group?.hub;
    const held = hub && scheduler.leased(hub, scheduler.table.idView, 16 * task.slot, task);
    if (held === undefined) throw new Error('a running task is not leased');
    scheduler.ended(held, OutcomeStatus.done, 1, 0, now);
  }

  /** Submits a task to each of these, under ids that were minted before the time is taken. */
  private submitAll(sources: Iterable<Source>): bigint {
    let spent = 0n;
    let batch: Submission[] = [];
    const submit = (): void => {
      for (let index = 0; index < batch.length; index++) this.minter.mintInto(this.ids, 16 * index, 0);
      const begin = process.hrtime.bigint();
      for (let index = 0; index < batch.length; index++) {
        this.scheduler.submit(this.ids, 16 * index, batch[index] as Submission, this.now);
      }
      spent += process.hrtime.bigint() - begin;
      batch = [];
    };
    for (const source of sources) {
      const { name, priority, users } = source;
      batch.push({ name, priority, userId: users[source.next++ % users.length] ?? '', payloadBytes: 100 });
      if (batch.length === limits.batchRecords) submit();
    }
    submit();
    return spent;
  }

  private *sourcesInTurn(count: number): Generator<Source> {
    for (let index = 0; index < count; index++) {
      yield this.sources[index % this.sources.length] as Source;
    }
  }

  private sourceFor({ name, priority }: Task): Source {
    return this.sourceOf.get(`${name.text} ${priority}`) as Source;
  }

  /** Band n takes the priorities n to n + width - 1. */
  private groups(): HubGroup[] {
    const { groups, bands, bandWidth } = this.options;
    return Array.from({ length: groups }, (_, group) => ({
      minPriority: group % bands,
      maxPriority: (group % bands) + bandWidth - 1,
      tasks: this.names(),
      slots: WINDOW,
      window: WINDOW,
      kind: 'process',
      niceness: 0,
      workers: [],
    }));
  }

  private names(): string[] {
    return Array.from({ length: this.options.names }, (_, name) => `task ${name}`);
  }

  private makeSources(): void {
    const { bands, bandWidth, users, lanesPerUser } = this.options;
    const names = this.names();
    const priorities = bands + bandWidth - 1;
    const lanes = priorities * names.length;
    const ids = Array.from({ length: users }, (_, user) => `user ${user}`);
    for (let lane = 0; lane < lanes; lane++) {
      const name = names[lane % names.length] ?? '';
      const priority = Math.floor(lane / names.length);
      // User u uses the lanes u, u + 1, … modulo how many there are.
      const usersOfLane = ids.filter((_, user) => (lane - (user % lanes) + lanes) % lanes < lanesPerUser);
      const source: Source = { name, priority, users: usersOfLane, next: 0 };
      this.sources.push(source);
      this.sourceOf.set(`${name} ${priority}`, source);
    }
  }
}

function ignore(): void {}
