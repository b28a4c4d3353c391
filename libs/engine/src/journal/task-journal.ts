import {
  EMPTY,
  readTaskId,
  TASK_ID_BYTES,
  type Bytes,
  type OutcomeReader,
  type SubmitReader,
  type TaskId,
} from '@penstock/protocol';
import type { Journal } from '@penstock/journal';
import type { Task } from '@penstock/scheduler';
import type { ByteStore } from '../byte-store.js';
import { bootBytes, type BootRecord } from './boot-entry.js';
import { carriedParts, type CarriedTask } from './carried-entry.js';
import { EndedEntry } from './ended-entry.js';
import { EntryBook } from './entry-book.js';
import { EntryBytes } from './entry-bytes.js';
import { EntryKind } from './entry-kind.js';
import { Graves } from './graves.js';
import type { JournalTime } from './journal-time.js';
import { SlotNumbers } from './slot-numbers.js';
import { stampBytes, type Stamp } from './stamp.js';
import { SubmittedEntry } from './submitted-entry.js';
import { snapshotOf, type TaskSnapshot } from './task-snapshot.js';

/** What else is known of tasks, by their slots. */
export interface TaskContents {
  readonly idView: DataView;
  readonly payloads: ByteStore;
  readonly results: ByteStore;
  readonly options: ReadonlyMap<number, Bytes>;
  taskAt(slot: number): Task | undefined;
}

/** The entry with a task's contents is going to be written when its batch is read. */
const UNWRITTEN = -1;
/** Bytes that a task's record takes in a batch beside its payload, about. */
const RECORD_BYTES = 64;
/** Sparse entries that are written anew in one turn at most. */
const CARRIES_PER_TURN = 4;
/** States and ids that are written in one entry at most. */
const STATES_PER_ENTRY = 1_024;

/**
 * Writes what becomes of tasks into the journal, and knows for each task which entries tell of it. During a turn it
 * gathers; {@link commit} ends the turn. Tasks at level `memory` are none of its business.
 */
export class TaskJournal {
  readonly book = new EntryBook();
  /** By slot, the entry with the task's contents, and those that told last of its dispatch, its outcome, its state; 0 = none. */
  private readonly content = new SlotNumbers();
  private readonly dispatchedIn = new SlotNumbers();
  private readonly endedIn = new SlotNumbers();
  private readonly stateIn = new SlotNumbers();

  private readonly submitted = new SubmittedEntry();
  private readonly ended = new EndedEntry();
  private readonly dispatched = new EntryBytes();
  /** Handed out in this turn. Some of them may have ended since, or be told of by another entry. */
  private readonly handedOut: Task[] = [];
  private readonly changed = new Set<Task>();
  private readonly graves = new Graves();
  private appended = 0;
  /** The entry with the last record of a machine's run; 0 = none. */
  private bootIn = 0;
  /** Whether it is of this run. */
  private isBootTold = false;

  constructor(
    private readonly journal: Journal,
    private readonly contents: TaskContents,
    private readonly time: JournalTime,
  ) {}

  /** Whether a task is at level `disk`. */
  keeps({ slot }: Task): boolean {
    return this.content.at(slot) !== 0;
  }

  /** A task of the batch that is being read was taken. */
  taken(index: number, task: Task): void {
    this.submitted.add(index, task);
    this.content.set(task.slot, UNWRITTEN);
  }

  /** All of a batch was read. */
  batchRead(batch: SubmitReader): void {
    const { tasks } = this.submitted;
    if (tasks.length === 0) return;
    const parts = this.submitted.parts(batch);
    const sequence = this.append(EntryKind.submitted, parts);
    for (const { slot } of tasks) {
      this.content.set(slot, sequence);
      this.dispatchedIn.set(slot, 0);
      this.endedIn.set(slot, 0);
      this.stateIn.set(slot, 0);
    }
    this.book.addContents(sequence, bytesOf(parts), tasks.map(slotOf));
    this.submitted.clear();
  }

  /** An attempt was handed out. */
  onDispatched(task: Task): void {
    if (this.keeps(task)) this.handedOut.push(task);
  }

  /** An outcome of the batch that is being read has ended its task. */
  outcomeCounted(index: number, task: Task): void {
    if (this.keeps(task)) this.ended.add(index, task);
  }

  /** All of a batch of outcomes was read. */
  outcomesRead(batch: OutcomeReader): void {
    const { tasks } = this.ended;
    if (tasks.length === 0) return;
    const parts = this.ended.parts(batch, this.time.shift);
    const sequence = this.append(EntryKind.ended, parts);
    this.book.add(sequence, tasks.length);
    for (const { slot } of tasks) {
      this.forgetDispatch(slot);
      this.book.release(this.endedIn.at(slot));
      this.endedIn.set(slot, sequence);
    }
    this.ended.clear();
  }

  /** A task is not as the entries say that tell of it. */
  onChanged(task: Task): void {
    if (this.keeps(task)) this.changed.add(task);
  }

  /** Nothing is known of a task any more. */
  onForgotten(task: Task): void {
    const { slot, payloadBytes } = task;
    const content = this.content.at(slot);
    if (content === 0) return;
    this.changed.delete(task);
    this.forgetTold(slot);
    this.content.set(slot, 0);
    if (this.book.releaseContent(content, payloadBytes + RECORD_BYTES)) return;
    this.graves.add(content, this.contents.idView, slot * TASK_ID_BYTES);
  }

  /**
   * Ends a turn: what it has done is to become durable.
   *
   * @returns resolves when it is; `undefined` = it has done nothing that must be
   * @throws JournalError as {@link Journal.commit}
   */
  commit(): Promise<void> | undefined {
    this.carrySparse();
    this.writeDispatched();
    this.writeStates();
    this.writeGraves();
    for (const sequence of this.book.takeDropped()) {
      this.journal.drop(sequence);
      this.appended += 1;
    }
    if (this.appended === 0) return undefined;
    this.appended = 0;
    return this.journal.commit();
  }

  /** Goes on after the last entry that was found. @param boot the last record of a machine's run among them */
  resume(last: Stamp, boot: (BootRecord & { readonly sequence: number }) | undefined): void {
    this.time.resume(last, boot);
    if (boot === undefined) return;
    this.bootIn = boot.sequence;
    this.book.need(boot.sequence);
    const { bootRecord } = this.time;
    this.isBootTold = boot.id === bootRecord?.id && Math.abs(boot.shiftMs - bootRecord.shiftMs) < 1;
  }

  /** The entry with these tasks' contents was found in the journal. */
  adoptContents(sequence: number, bytes: number, slots: readonly number[]): void {
    this.book.addContents(sequence, bytes, slots);
    for (const slot of slots) this.content.set(slot, sequence);
  }

  /** The entries were found in the journal that told last of a task; 0 = none. */
  adopt({ slot }: Task, found: { dispatchedIn: number; endedIn: number; stateIn: number }): void {
    this.dispatchedIn.set(slot, found.dispatchedIn);
    this.endedIn.set(slot, found.endedIn);
    this.stateIn.set(slot, found.stateIn);
  }

  /** What a monotonic time lacks to one of the journal. */
  get shiftMs(): number {
    return this.time.shift;
  }

  /** Lets go of the journal; what was committed is waited for. */
  async close(): Promise<void> {
    await this.journal.close();
  }

  private carrySparse(): void {
    for (let count = 0; count < CARRIES_PER_TURN; count++) {
      const sparse = this.book.takeSparse();
      if (sparse === undefined) return;
      const tasks: Task[] = [];
      for (const slot of sparse.slots) {
        const task = this.content.at(slot) === sparse.sequence ? this.contents.taskAt(slot) : undefined;
        if (task !== undefined) tasks.push(task);
      }
      if (tasks.length > 0) this.carry(tasks);
    }
  }

  /** Writes all that is known of some tasks into an entry of its own, and lets go of those that told of them before. */
  carry(tasks: readonly Task[]): void {
    const shift = this.time.shift;
    const parts = carriedParts(tasks.map((task) => this.carried(task, shift)));
    const sequence = this.append(EntryKind.carried, parts);
    this.book.addContents(sequence, bytesOf(parts), tasks.map(slotOf));
    for (const task of tasks) {
      const { slot, payloadBytes } = task;
      this.changed.delete(task);
      this.forgetTold(slot);
      const content = this.content.at(slot);
      if (content !== 0) this.book.releaseContent(content, payloadBytes + RECORD_BYTES);
      this.content.set(slot, sequence);
    }
  }

  private carried(task: Task, shift: number): CarriedTask {
    const { slot } = task;
    const { payloads, results, options } = this.contents;
    return {
      snapshot: this.snapshot(task, shift),
      contentType: payloads.contentType(slot),
      payload: payloads.bytes(slot),
      options: options.get(slot) ?? EMPTY,
      resultType: results.contentType(slot),
      result: results.bytes(slot),
    };
  }

  private writeDispatched(): void {
    const { changed } = this;
    const tasks = this.handedOut.filter(
      (task) => task.state === 'running' && (changed.size === 0 || !changed.has(task)),
    );
    this.handedOut.length = 0;
    if (tasks.length === 0) return;
    const { dispatched } = this;
    for (const { slot, epoch, attempt } of tasks) {
      dispatched.id(this.contents.idView, slot * TASK_ID_BYTES);
      dispatched.u32(epoch);
      dispatched.u32(attempt);
    }
    const parts = [dispatched.take()];
    const sequence = this.append(EntryKind.dispatched, parts);
    this.book.add(sequence, tasks.length);
    for (const { slot } of tasks) {
      this.forgetDispatch(slot);
      this.dispatchedIn.set(slot, sequence);
    }
  }

  private writeStates(): void {
    if (this.changed.size === 0) return;
    const shift = this.time.shift;
    const tasks = [...this.changed];
    this.changed.clear();
    for (let start = 0; start < tasks.length; start += STATES_PER_ENTRY) {
      const some = tasks.slice(start, start + STATES_PER_ENTRY);
      const parts = [Buffer.from(JSON.stringify(some.map((task) => this.snapshot(task, shift))))];
      const sequence = this.append(EntryKind.states, parts);
      this.book.add(sequence, some.length);
      for (const { slot } of some) {
        this.forgetDispatch(slot);
        this.book.release(this.stateIn.at(slot));
        this.stateIn.set(slot, sequence);
      }
    }
  }

  /** Writes which tasks are gone, of entries that live on for others. */
  private writeGraves(): void {
    const { contents, ids } = this.graves.take(this.book);
    if (contents.size === 0) return;
    const parts = [ids];
    const sequence = this.append(EntryKind.forgotten, parts);
    this.book.add(sequence, contents.size);
    for (const content of contents) this.book.bury(content, sequence);
  }

  private snapshot(task: Task, shift: number): TaskSnapshot {
    return snapshotOf(task, this.idOf(task.slot), shift);
  }

  /** Nothing that was told of a task since its contents counts any more. */
  private forgetTold(slot: number): void {
    this.forgetDispatch(slot);
    this.book.release(this.endedIn.at(slot));
    this.endedIn.set(slot, 0);
    this.book.release(this.stateIn.at(slot));
    this.stateIn.set(slot, 0);
  }

  private forgetDispatch(slot: number): void {
    this.book.release(this.dispatchedIn.at(slot));
    this.dispatchedIn.set(slot, 0);
  }

  private idOf(slot: number): TaskId {
    return readTaskId(new Uint8Array(this.contents.idView.buffer), slot * TASK_ID_BYTES);
  }

  private append(kind: EntryKind, parts: readonly Uint8Array[]): number {
    if (!this.isBootTold) this.writeBoot();
    return this.write(kind, parts);
  }

  /** Before anything else of this run of the machine: whoever goes on with it must know how its time is to be taken. */
  private writeBoot(): void {
    this.isBootTold = true;
    const { bootRecord } = this.time;
    const sequence = bootRecord === undefined ? 0 : this.write(EntryKind.boot, [bootBytes(bootRecord)]);
    if (sequence !== 0) this.book.add(sequence, 1);
    this.book.release(this.bootIn);
    this.bootIn = sequence;
  }

  private write(kind: EntryKind, parts: readonly Uint8Array[]): number {
    this.appended += 1;
    return this.journal.append(kind, [stampBytes(this.time.stamp()), ...parts]);
  }
}

function slotOf({ slot }: Task): number {
  return slot;
}

function bytesOf(parts: readonly Uint8Array[]): number {
  return parts.reduce((bytes, part) => bytes + part.byteLength, 0);
}
