import { OutcomeStatus, type ErrorCode, type HubGroup } from '@penstock/protocol';
import { expect, onTestFinished } from 'vitest';
import {
  checkInvariants,
  defaultSettings,
  Scheduler,
  type CancelledFrom,
  type Failure,
  type Hub,
  type LeaseLoss,
  type SchedulerSettings,
  type Submission,
  type Task,
  type TaskRules,
} from '../src/index.js';
import { Recorder } from './recorder.js';
import { taskId } from './task-ids.js';

export const EPOCH = 7;

/** A group of a hub, in the terms of these tests. */
export interface GroupOptions {
  /** Lowest and highest priority that it takes; none = no bound. */
  readonly min?: number;
  readonly max?: number;
  /** Names of the tasks that it runs; `T` alone unless told otherwise. */
  readonly names?: readonly string[];
  /** Its credit; 1 unless told otherwise. */
  readonly window?: number;
}

/** What a task is like that is not plain: of user `ann`, with name `T`, priority 0 and no payload. */
export interface TaskOptions {
  readonly user?: string;
  readonly name?: string;
  readonly priority?: number;
  readonly bytes?: number;
  readonly rules?: TaskRules;
}

/** How a lease differs from the one that its hub holds. */
export interface LeaseOptions {
  readonly epoch?: number;
  readonly attempt?: number;
  readonly slot?: number;
}

/**
 * A scheduler under test, at a time that only the test moves. What is done to it returns what it decided in
 * consequence, in words, so that a test which compares the whole says that nothing else happened. When the test is
 * over the scheduler's own bookkeeping is checked.
 */
export class Scenario {
  readonly scheduler: Scheduler;
  now = 1_000_000;
  private readonly recorder = new Recorder();
  private readonly tasks = new Map<string, { task: Task; id: DataView }>();

  constructor(settings: Partial<SchedulerSettings> = {}) {
    this.scheduler = new Scheduler(this.recorder, { ...defaultSettings, ...settings }, EPOCH);
    onTestFinished(() => checkInvariants(this.scheduler));
  }

  /** A hub joins; without groups told it has one plain group. */
  hub(name: string, ...groups: readonly GroupOptions[]): Hub {
    return this.scheduler.joinHub(`${name}-1`, name, hubGroups(groups.length === 0 ? [{}] : groups));
  }

  /** A task is submitted and taken. */
  submit(label: string, options: TaskOptions = {}): Task {
    return this.put(label, (id) => {
      const outcome = this.scheduler.submit(id, 0, submission(options), this.now);
      if ('code' in outcome) throw new Error(`${label} is refused: ${outcome.message}`);
      return outcome;
    });
  }

  /** A task is made by this label, under an id of its own. */
  put(label: string, make: (id: DataView) => Task): Task {
    const id = taskId(this.tasks.size);
    const task = make(id);
    this.recorder.label(task, label);
    this.tasks.set(label, { task, id });
    return task;
  }

  /** Plain tasks, one for each label. */
  submitAll(labels: readonly string[], options: TaskOptions = {}): void {
    for (const label of labels) this.submit(label, options);
  }

  /** A task is submitted and refused. */
  refusal(options: TaskOptions = {}): ErrorCode {
    const outcome = this.scheduler.submit(taskId(0xffff_ffff), 0, submission(options), this.now);
    if (!('code' in outcome)) throw new Error('the submission is taken');
    return outcome.code;
  }

  dispatch(): string[] {
    return this.effectsOf(() => {
      const count = this.scheduler.dispatch(this.now);
      expect(count).toBe(this.scheduler.running - this.runningBefore);
    });
  }

  /** The hub that holds the task's lease tells its outcome. */
  end(
    label: string,
    status: keyof typeof OutcomeStatus = 'done',
    resultBytes = 0,
    failure?: Failure,
  ): string[] {
    return this.effectsOf(() => {
      this.scheduler.ended(this.held(label), OutcomeStatus[status], 5, resultBytes, this.now, failure);
    });
  }

  /** The task's lease ends without an outcome. */
  release(label: string, cause: LeaseLoss): string[] {
    return this.effectsOf(() => this.scheduler.release(this.held(label), cause, this.now));
  }

  lose(hub: Hub): string[] {
    return this.effectsOf(() => this.scheduler.loseHub(hub, this.now));
  }

  /** The hub is back, tells its groups and holds the tasks of these labels. */
  rejoin(hub: Hub, held: readonly string[], ...groups: readonly GroupOptions[]): string[] {
    const tasks = new Set(held.map((label) => this.task(label)));
    return this.effectsOf(() => this.scheduler.rejoinHub(hub, hubGroups(groups), tasks, this.now));
  }

  /** The effects of a cancel, after the state in which it found the task. */
  cancel(label: string): [CancelledFrom, ...string[]] {
    const from = this.scheduler.cancel(this.task(label), this.now);
    return [from, ...this.recorder.take()];
  }

  collect(label: string): string[] {
    return this.effectsOf(() => this.scheduler.collected(this.task(label), this.now));
  }

  /** Time goes on, and the tick comes if it is due by then. */
  advance(ms: number): string[] {
    this.now += ms;
    return this.effectsOf(() => this.scheduler.tick(this.now));
  }

  /** A hub has come with this lease from before a restart; whether it has it now. */
  adopt(hub: Hub, label: string, lease: { readonly epoch: number; readonly attempt: number }): boolean {
    const { task, id } = this.entry(label);
    const adopted = this.scheduler.adopt(hub, id, 0, lease, this.now);
    expect([undefined, task]).toContain(adopted);
    return adopted === task;
  }

  /** What was decided by what the test did to the scheduler itself. */
  told(): string[] {
    return this.recorder.take();
  }

  /** Whether the scheduler finds that `hub` holds the task under its present lease, apart from what is told. */
  isLeased(hub: Hub, label: string, lease: LeaseOptions = {}): boolean {
    const { task, id } = this.entry(label);
    const { attempt, slot } = task;
    return this.scheduler.leased(hub, id, 0, { epoch: EPOCH, attempt, slot, ...lease }) === task;
  }

  task(label: string): Task {
    return this.entry(label).task;
  }

  /** Whether the task is still found by its id. */
  knows(label: string): boolean {
    const { task, id } = this.entry(label);
    return this.scheduler.find(id, 0) === task;
  }

  private held(label: string): Task {
    const { task, id } = this.entry(label);
    const { group, attempt, slot } = task;
    if (group === undefined) throw new Error(`nobody holds ${label}`);
    expect(this.scheduler.leased(group.hub, id, 0, { epoch: EPOCH, attempt, slot })).toBe(task);
    return task;
  }

  private entry(label: string): { task: Task; id: DataView } {
    const entry = this.tasks.get(label);
    if (entry === undefined) throw new Error(`there is no task ${label}`);
    return entry;
  }

  private runningBefore = 0;

  private effectsOf(action: () => void): string[] {
    expect(this.recorder.take()).toEqual([]);
    this.runningBefore = this.scheduler.running;
    action();
    return this.recorder.take();
  }
}

/** A scheduler to try something on; see {@link Scenario}. */
export function given(settings: Partial<SchedulerSettings> = {}): Scenario {
  return new Scenario(settings);
}

/** Groups as a hub announces them. */
export function hubGroups(groups: readonly GroupOptions[]): HubGroup[] {
  return groups.map(({ min, max, names, window = 1 }) => ({
    minPriority: min ?? null,
    maxPriority: max ?? null,
    tasks: [...(names ?? ['T'])],
    slots: window,
    window,
    kind: 'process',
    niceness: 0,
    workers: [],
  }));
}

/** A submission with what is not told filled in. */
export function submission({ user, name, priority, bytes, rules }: TaskOptions): Submission {
  return {
    userId: user ?? 'ann',
    name: name ?? 'T',
    priority: priority ?? 0,
    payloadBytes: bytes ?? 0,
    ...(rules === undefined ? {} : { rules }),
  };
}
