import { expect } from 'vitest';
import type { HeldTask } from '../src/slots/held-task.js';
import type { SlotEffects } from '../src/slots/slot-effects.js';
import { SlotTable } from '../src/slots/slot-table.js';
import type { SlotWorker } from '../src/slots/slot-worker.js';
import { dispatched } from './dispatched.js';
import { plan } from './plan.js';

/** A worker as it would behave: it claims what it was handed in order, and ends what it claimed. */
interface ModelWorker {
  readonly worker: SlotWorker;
  readonly handed: HeldTask[];
  claimed: number;
  readonly running: HeldTask[];
  /** How many were handed over when the recall was asked for that is not answered yet. */
  recallEnd: number | undefined;
  isKilled: boolean;
  isStopped: boolean;
}

/** How a task left the hub. */
type End = 'outcome' | 'cancelled' | 'timedOut' | 'lost' | 'returned';

/**
 * A slot table with workers that behave as real ones do, and a list of how each task left. Every step checks that a
 * task is with one worker at a time and leaves the hub once.
 */
export class SlotModel implements SlotEffects {
  readonly table: SlotTable;
  readonly workers: ModelWorker[] = [];
  readonly ends = new Map<HeldTask, End>();
  readonly known: HeldTask[] = [];
  private readonly revoked = new Set<HeldTask>();
  private dying: ModelWorker | undefined;
  now = 0;

  constructor(kind: 'process' | 'inline', slots: number) {
    const settings = { cancelGraceMs: 200, prefetchMs: 20, aheadMax: 64 };
    this.table = new SlotTable(settings, this);
    this.table.setTasks(this.table.addGroup(plan({ kind, slots })), new Set(['HELLO']));
  }

  // Steps; `choice` picks among what there is.

  addWorker(): void {
    const [group] = this.table.groups;
    const most = group?.plan.kind === 'inline' ? 1 : (group?.plan.slots ?? 0);
    if (group === undefined || this.workers.length >= most) return;
    const worker = this.table.addWorker(group, `w${this.now}`);
    this.workers.push({
      worker,
      handed: [],
      claimed: 0,
      running: [],
      recallEnd: undefined,
      isKilled: false,
      isStopped: false,
    });
    this.table.onReady(worker, new Set(['HELLO']));
  }

  dispatch(count: number, timeoutMs: number): void {
    const { reader } = dispatched(...Array.from({ length: count }, () => ({ timeoutMs })));
    while (reader.next()) {
      this.table.onDispatch(reader);
      const task = this.table.held.find(reader.view, reader.record, reader);
      if (task !== undefined) this.known.push(task);
    }
  }

  claim(choice: number, isTold: boolean): void {
    const model = this.pick(choice);
    if (model === undefined || model.isStopped) return;
    const task = model.handed[model.claimed];
    if (task === undefined || model.running.length >= model.worker.concurrency) return;
    model.claimed += 1;
    model.running.push(task);
    if (isTold) this.table.onClaimed(model.worker, model.claimed, this.now);
  }

  end(choice: number, runMs: number): void {
    const model = this.pick(choice);
    const task = model?.running.splice(choice % Math.max(1, model.running.length), 1)[0];
    if (model === undefined || task === undefined) return;
    const { held } = this.table;
    const isKept =
      this.table.onOutcome(model.worker, held.idView, held.idOffset(task), task, runMs, this.now) === task;
    expect(isKept).toBe(!this.revoked.has(task));
    if (isKept) this.leaves(task, 'outcome');
  }

  answerRecall(choice: number): void {
    const model = this.pick(choice);
    if (model?.recallEnd === undefined) return;
    const from = model.claimed;
    model.claimed = model.recallEnd;
    model.recallEnd = undefined;
    this.table.onRecalled(model.worker, from, this.now);
  }

  die(choice: number): void {
    const model = this.pick(choice);
    if (model === undefined) return;
    this.workers.splice(this.workers.indexOf(model), 1);
    this.dying = model;
    this.table.onGone(model.worker, 'signal SIGKILL');
    this.dying = undefined;
  }

  retire(choice: number): void {
    const model = this.pick(choice);
    if (model !== undefined) this.table.retire(model.worker);
  }

  askToEnd(choice: number, as: 'cancelled' | 'revoked'): void {
    const held = this.known.filter((task) => !this.ends.has(task) && !this.isForgotten(task));
    const task = held[choice % Math.max(1, held.length)];
    if (task === undefined) return;
    if (as === 'revoked') this.revoked.add(task);
    this.table.end(task, as, this.now);
  }

  pass(ms: number): void {
    this.now += ms;
    this.table.tick(this.now);
    this.table.place(this.now);
  }

  /** Lets everything that is under way come to its end. */
  settle(): void {
    for (let round = 0; round < 500 && [...this.table.held].some(({ state }) => state !== 'ended'); round++) {
      this.addWorker();
      for (let choice = 0; choice < this.workers.length; choice++) {
        this.answerRecall(choice);
        this.claim(choice, false);
        this.end(choice, 1);
        if (this.pick(choice)?.isKilled === true || this.pick(choice)?.isStopped === true) this.die(choice);
      }
      this.pass(30);
    }
  }

  private isForgotten(task: HeldTask): boolean {
    return this.revoked.has(task) && task.worker === undefined;
  }

  private pick(choice: number): ModelWorker | undefined {
    return this.workers[choice % Math.max(1, this.workers.length)];
  }

  private of(worker: SlotWorker): ModelWorker {
    const model = this.workers.find((one) => one.worker === worker);
    if (model === undefined) throw new Error('the table speaks to a worker that is gone');
    return model;
  }

  private leaves(task: HeldTask, end: End): void {
    expect(this.ends.get(task)).toBe(undefined);
    expect(this.revoked.has(task)).toBe(false);
    this.ends.set(task, end);
  }

  // What the table decides.

  hand(worker: SlotWorker, task: HeldTask): void {
    const model = this.of(worker);
    expect(worker.isRecalling).toBe(false);
    expect(this.ends.has(task)).toBe(false);
    for (const { handed, claimed, running } of this.workers) {
      expect(handed.slice(claimed)).not.toContain(task);
      expect(running).not.toContain(task);
    }
    expect(task.sequence).toBe(model.handed.length);
    model.handed.push(task);
  }

  recall(worker: SlotWorker): void {
    const model = this.of(worker);
    expect(model.recallEnd).toBe(undefined);
    model.recallEnd = model.handed.length;
  }

  abort(worker: SlotWorker, task: HeldTask): void {
    expect(this.of(worker).running).toContain(task);
  }

  kill(worker: SlotWorker): void {
    this.of(worker).isKilled = true;
  }

  stop(worker: SlotWorker): void {
    const model = this.of(worker);
    expect(model.running).toEqual([]);
    expect(model.claimed).toBe(model.handed.length);
    model.isStopped = true;
  }

  started(worker: SlotWorker, task: HeldTask): void {
    expect(this.of(worker).running).toContain(task);
  }

  ended(task: HeldTask, _worker: SlotWorker | undefined, as: 'timedOut' | 'cancelled'): void {
    this.leaves(task, as);
  }

  lost(task: HeldTask, _reason: string, isCharged: boolean): void {
    expect(isCharged).toBe(this.dying?.isKilled === false);
    this.leaves(task, 'lost');
  }

  returned(task: HeldTask): void {
    if (this.known.includes(task)) this.leaves(task, 'returned');
  }

  creditChanged(): void {
    // It says nothing of tasks.
  }

  isRevoked(task: HeldTask): boolean {
    return this.revoked.has(task);
  }
}
