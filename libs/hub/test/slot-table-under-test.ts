import type { TaskId } from '@penstock/protocol';
import { expect } from 'vitest';
import type { HeldTask } from '../src/slots/held-task.js';
import type { SlotEffects } from '../src/slots/slot-effects.js';
import type { GroupPlan } from '../src/slots/slot-group.js';
import { SlotTable, type SlotSettings } from '../src/slots/slot-table.js';
import type { SlotWorker } from '../src/slots/slot-worker.js';
import { dispatched, type DispatchedTask } from './dispatched.js';
import { plan } from './plan.js';

/** A slot table whose effects are written down; a test takes them off, and ends with none left. */
export class TableUnderTest {
  readonly table: SlotTable;
  /** In order, as words: `hand w1 a`. */
  private readonly effects: string[] = [];
  private readonly labels = new Map<TaskId, string>();
  private readonly workers = new Map<string, SlotWorker>();
  now = 1_000;

  constructor(plans: readonly GroupPlan[] = [plan()], settings: Partial<SlotSettings> = {}) {
    const all = { cancelGraceMs: 5_000, prefetchMs: 20, aheadMax: 4_096, ...settings };
    this.table = new SlotTable(all, this.recorder());
    for (const each of plans) this.table.setTasks(this.table.addGroup(each), new Set(['HELLO', 'LONG']));
  }

  /** The effects since the last call. */
  taken(): string[] {
    return this.effects.splice(0);
  }

  expectNothingElse(): void {
    expect(this.effects).toEqual([]);
  }

  addWorker(name: string, group = 0): SlotWorker {
    const worker = this.table.addWorker(this.groupAt(group), name);
    this.workers.set(name, worker);
    this.table.onReady(worker, new Set(['HELLO', 'LONG']));
    return worker;
  }

  worker(name: string): SlotWorker {
    const worker = this.workers.get(name);
    if (worker === undefined) throw new Error(`there is no worker ${name}`);
    return worker;
  }

  /** Dispatches tasks and hands them out; each is called by its label from then on. */
  dispatch(tasks: Readonly<Record<string, DispatchedTask>>): void {
    const { reader, ids } = dispatched(...Object.values(tasks));
    Object.keys(tasks).forEach((label, index) => this.labels.set(ids[index] as TaskId, label));
    while (reader.next()) this.table.onDispatch(reader);
    this.table.place(this.now);
  }

  task(label: string): HeldTask {
    for (const task of this.table.held) if (this.labelOf(task) === label) return task;
    throw new Error(`the task ${label} is not held`);
  }

  get heldLabels(): string[] {
    return [...this.table.held].map((task) => this.labelOf(task)).toSorted();
  }

  /** A worker says how a task ended, after `runMs`. */
  outcome(worker: string, label: string, runMs = 1): boolean {
    const { held } = this.table;
    const task = this.task(label);
    const at = held.idOffset(task);
    return this.table.onOutcome(this.worker(worker), held.idView, at, task, runMs, this.now) === task;
  }

  started(worker: string, label: string): void {
    const { held } = this.table;
    const task = this.task(label);
    this.table.onStarted(this.worker(worker), held.idView, held.idOffset(task), task, this.now);
  }

  gone(worker: string, reason = 'signal SIGKILL'): void {
    this.table.onGone(this.worker(worker), reason);
  }

  /** Lets time pass, with a tick at its end. */
  pass(ms: number): void {
    this.now += ms;
    this.table.tick(this.now);
    this.table.place(this.now);
  }

  private recorder(): SlotEffects {
    return {
      hand: (worker, task) => this.note('hand', worker, task),
      recall: (worker) => this.note('recall', worker),
      abort: (worker, task, why) => this.note(why === 'timedOut' ? 'time out' : 'abort', worker, task),
      kill: (worker) => this.note('kill', worker),
      stop: (worker) => this.note('stop', worker),
      started: (worker, task) => this.note('started', worker, task),
      ended: (task, _worker, as) => this.note(as, task),
      lost: (task, _reason, isCharged) => this.note(isCharged ? 'lost' : 'lost uncharged', task),
      returned: (task) => this.note('returned', task),
      // What it comes to is read from windowOf.
      creditChanged: () => undefined,
    };
  }

  private note(what: string, ...subjects: readonly (SlotWorker | HeldTask)[]): void {
    const names = subjects.map((subject) => ('handed' in subject ? subject.name : this.labelOf(subject)));
    this.effects.push([what, ...names].join(' '));
  }

  private labelOf(task: HeldTask): string {
    return this.labels.get(this.table.held.leaseOf(task).taskId as TaskId) ?? '?';
  }

  private groupAt(index: number) {
    const group = this.table.groups[index];
    if (group === undefined) throw new Error(`there is no group ${index}`);
    return group;
  }
}
