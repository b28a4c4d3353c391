import {
  EMPTY,
  readTaskId,
  TASK_ID_BYTES,
  type OutcomeReader,
  type SubmitReader,
  type TaskId,
} from '@penstock/protocol';
import type { Journal } from '@penstock/journal';
import type { Task } from '@penstock/scheduler';
import { bootBytes, type BootRecord } from './boot-entry.js';
import { carriedParts, type CarriedTask } from './carried-entry.js';
import { EndedEntry } from './ended-entry.js';
import { EntryBook } from './entry-book.js';
import { EntryBytes } from './entry-bytes.js';
import { EntryKind } from './entry-kind.js';
import { Gathering } from './gathering.js';
import { Graves } from './graves.js';
import type { JournalTime } from './journal-time.js';
import { stampBytes, type Stamp } from './stamp.js';
import { SubmittedEntry } from './submitted-entry.js';
import type { TaskContents } from './task-contents.js';
import { TaskEntries } from './task-entries.js';
import { snapshotOf, type TaskSnapshot } from './task-snapshot.js';

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
  private readonly entries = new TaskEntries(this.book);

  private readonly submitted = new SubmittedEntry();
  private readonly ended = new EndedEntry();
  private readonly dispatched = new EntryBytes();
  /** Handed out in this turn. Some of them may have ended since, or be told of by another entry. */
  private readonly handedOut: Task[] = [];
  private readonly changed = new Set<Task>();
  private readonly graves = new Graves();
  private readonly gathering: Gathering;
  private appended = 0;
  /** The entry with the last record of a machine's run; 0 = none. */
  private bootIn = 0;
  /** Whether it is of this run. */
  private isBootTold = false;

  constructor(
    private readonly journal: Journal,
    private readonly contents: TaskContents,
    private readonly time: JournalTime,
  ) {
    this.gathering = new Gathering(this.entries, contents);
  }

  /** Whether more may be handed in: what is, must be able to end. */
  get hasRoom(): boolean {
    return this.journal.hasRoom;
  }

  /** Whether a task is at level `disk`. */
  keeps({ slot }: Task): boolean {
    return this.entries.content.at(slot) !== 0;
  }

  /** A task of the batch that is being read was taken. */
  taken(index: number, task: Task): void {
    this.submitted.add(index, task);
    this.entries.content.set(task.slot, UNWRITTEN);
  }

  /** All of a batch was read. */
  batchRead(batch: SubmitReader): void {
    const { tasks } = this.submitted;
    if (tasks.length === 0) return;
    const parts = this.submitted.parts(batch);
    const sequence = this.append(EntryKind.submitted, parts);
    for (const { slot } of tasks) this.entries.begin(slot, sequence);
    const slots = tasks.map(slotOf);
    const bytes = bytesOf(parts);
    this.book.addContents(sequence, bytes, slots);
    this.gathering.add({ sequence, acceptedAtWallMs: this.time.stamp().wallMs, slots }, bytes);
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
      this.entries.forgetDispatch(slot);
      this.book.release(this.entries.endedIn.at(slot));
      this.entries.endedIn.set(slot, sequence);
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
    const content = this.entries.content.at(slot);
    if (content === 0) return;
    this.changed.delete(task);
    this.entries.forgetTold(slot);
    this.entries.content.set(slot, 0);
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
    this.gatherSmall();
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

  /**
   * The entry with these tasks' contents was found in the journal.
   *
   * @param acceptedAtWallMs of tasks that were handed in together
   */
  adoptContents(sequence: number, bytes: number, slots: readonly number[], acceptedAtWallMs?: number): void {
    this.book.addContents(sequence, bytes, slots);
    for (const slot of slots) this.entries.content.set(slot, sequence);
    if (acceptedAtWallMs !== undefined) this.gathering.add({ sequence, acceptedAtWallMs, slots }, bytes);
  }

  /** The entries were found in the journal that told last of a task; 0 = none. */
  adopt({ slot }: Task, found: { dispatchedIn: number; endedIn: number; stateIn: number }): void {
    this.entries.dispatchedIn.set(slot, found.dispatchedIn);
    this.entries.endedIn.set(slot, found.endedIn);
    this.entries.stateIn.set(slot, found.stateIn);
  }

  /** What a monotonic time lacks to one of the journal. */
  get shiftMs(): number {
    return this.time.shift;
  }

  /** Lets go of the journal; what was committed is waited for. */
  async close(): Promise<void> {
    await this.journal.close();
  }

  private gatherSmall(): void {
    this.gathering.run(this.time.shift, (gathered) => {
      const { tasks } = gathered;
      const parts = gathered.parts();
      const sequence = this.append(EntryKind.gathered, parts);
      this.book.addContents(sequence, bytesOf(parts), tasks.map(slotOf));
      for (const task of tasks) this.moveContents(task, sequence);
      gathered.clear();
    });
  }

  private carrySparse(): void {
    for (let count = 0; count < CARRIES_PER_TURN; count++) {
      const sparse = this.book.takeSparse();
      if (sparse === undefined) return;
      const tasks: Task[] = [];
      for (const slot of sparse.slots) {
        const task =
          this.entries.content.at(slot) === sparse.sequence ? this.contents.taskAt(slot) : undefined;
        if (task !== undefined) tasks.push(task);
      }
      if (tasks.length > 0) this.carry(tasks);
    }
  }

  /** A task has other contents than the entry in which they are, which may live on for others: there it is gone. */
  onContentsChanged(task: Task): void {
    const { slot } = task;
    const ids = new EntryBytes();
    ids.id(this.contents.idView, slot * TASK_ID_BYTES);
    const sequence = this.append(EntryKind.forgotten, [ids.take()]);
    this.book.add(sequence, 1);
    this.book.bury(this.entries.content.at(slot), sequence);
    this.carry([task]);
  }

  /**
   * Writes all that is known of some tasks into an entry of its own, and lets go of those that told of them before. No
   * other entry that lives may have their contents, or they would be there twice.
   */
  private carry(tasks: readonly Task[]): void {
    const shift = this.time.shift;
    const parts = carriedParts(tasks.map((task) => this.carried(task, shift)));
    const sequence = this.append(EntryKind.carried, parts);
    this.book.addContents(sequence, bytesOf(parts), tasks.map(slotOf));
    for (const task of tasks) {
      this.changed.delete(task);
      this.entries.forgetTold(task.slot);
      this.moveContents(task, sequence);
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
      this.entries.forgetDispatch(slot);
      this.entries.dispatchedIn.set(slot, sequence);
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
        this.entries.forgetDispatch(slot);
        this.book.release(this.entries.stateIn.at(slot));
        this.entries.stateIn.set(slot, sequence);
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

  /** A task's contents are in another entry now. */
  private moveContents({ slot, payloadBytes }: Task, sequence: number): void {
    this.book.releaseContent(this.entries.content.at(slot), payloadBytes + RECORD_BYTES);
    this.entries.content.set(slot, sequence);
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
