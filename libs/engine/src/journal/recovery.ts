import {
  ANONYMOUS,
  EMPTY,
  readTaskId,
  SubmitReader,
  TASK_ID_BYTES,
  writeTaskId,
  viewOf,
  type Bytes,
} from '@penstock/protocol';
import type { Journal } from '@penstock/journal';
import type { RestoredTask, Task } from '@penstock/scheduler';
import { ByteStore, type HeldFrame } from '../byte-store.js';
import { readBoot, type BootRecord } from './boot-entry.js';
import { readCarried } from './carried-entry.js';
import { EntryKind } from './entry-kind.js';
import { readGathered } from './gathered-entry.js';
import { latestOf } from './latest.js';
import { splitStamp, type Stamp } from './stamp.js';
import { readSubmitted, type Submitted, type Taken } from './submitted-entry.js';
import type { TaskJournal } from './task-journal.js';
import { restoredFrom, type TaskSnapshot } from './task-snapshot.js';
import { Tellings, type Told } from './told.js';

/** A task's contents, as an entry has them. */
export interface RestoredContents {
  readonly contentType: number;
  readonly payload: Bytes;
  readonly options: Bytes;
  readonly resultType: number;
  readonly result: Bytes;
}

/** Takes what is recovered. */
export interface RecoveryTarget {
  /** The rules in an option block of a task that was accepted at that time of the wall clock. */
  rulesOf(options: Bytes, acceptedAtWallMs: number): RestoredTask['submission']['rules'];
  /** Keeps contents for as long as a task has them. @returns where */
  hold(contents: Uint8Array): HeldFrame;
  /** Puts a task back where it was. */
  restore(idView: DataView, idOffset: number, restored: RestoredTask, contents: RestoredContents): Task;
  /** All tasks are back. */
  cancelAgain(task: Task): void;
}

/** What was recovered. */
export interface Recovered {
  readonly tasks: number;
  readonly entries: number;
}

/** How a task was when it was handed in, in the form of what is told of it later. */
type Content = {
  readonly sequence: number;
  readonly snapshot: TaskSnapshot;
  /** Absent = it is long ago, and all that follows from it stands in the snapshot. */
  readonly acceptedAtWallMs?: number;
} & RestoredContents;

const NOTHING_TOLD: Told = {};
const QUEUED = { is: 'queued' } as const;

/**
 * Rebuilds all tasks from the journal. Entries with contents are put aside until all that was told of their tasks is known;
 * nearly all tasks that wait have nothing but contents, which stay where they were read.
 *
 * @throws JournalError JOURNAL_DAMAGED, or JOURNAL_NEWER when there is a kind of entry that this version does not know
 */
export class Recovery {
  private readonly tellings = new Tellings();
  private readonly submissions = new SubmitReader();
  private readonly idBytes = new Uint8Array(TASK_ID_BYTES);
  private readonly idView = viewOf(this.idBytes);
  /** Numbers of all entries, and by their places in that list the bytes, and the kinds, of those with contents. */
  private readonly entries: number[] = [];
  private readonly contents = new ByteStore();
  /** Entries that tell of tasks of the entry in hand that they are gone. */
  private graves: number[] = [];
  private tasks = 0;

  constructor(
    private readonly journal: Journal,
    private readonly record: TaskJournal,
    private readonly target: RecoveryTarget,
  ) {}

  async run(): Promise<Recovered> {
    const { entries, contents } = this;
    let last: Stamp | undefined;
    let boot: (BootRecord & { sequence: number }) | undefined;
    for await (const entry of this.journal.replay()) {
      const { sequence, kind } = entry;
      const { stamp } = splitStamp(entry.bytes);
      last = stamp;
      entries.push(sequence);
      const { buffer, shift } = contents.hold(entry.bytes);
      const { byteLength } = entry.bytes;
      if (hasContents(kind)) contents.put(entries.length - 1, kind, buffer, shift, byteLength);
      else {
        const { body } = splitStamp(buffer.subarray(shift, shift + byteLength));
        if (kind === EntryKind.boot) boot = { ...readBoot(body), sequence };
        else this.tellings.add(sequence, kind, body, stamp.atMs);
      }
    }
    if (last !== undefined) this.record.resume(last, boot);
    for (const [index, sequence] of entries.entries()) {
      if (!contents.has(index)) continue;
      this.restoreContents(sequence, contents.contentType(index), contents.bytes(index));
      contents.drop(index);
    }
    this.record.book.dropUnneeded(entries);
    return { tasks: this.tasks, entries: entries.length };
  }

  private restoreContents(sequence: number, kind: number, kept: Bytes): void {
    const { buffer, offset, length } = kept;
    const { stamp, body } = splitStamp(buffer.subarray(offset, offset + length));
    if (kind === EntryKind.carried) this.restoreCarried(sequence, body, length);
    else if (kind === EntryKind.gathered) this.restoreBatch(sequence, readGathered(body), kept);
    else this.restoreBatch(sequence, readSubmitted(body, stamp), kept, stamp.wallMs);
  }

  /** @param acceptedAtWallMs of tasks that were handed in together */
  private restoreBatch(
    sequence: number,
    { taken, frames }: Submitted,
    { buffer, length }: Bytes,
    acceptedAtWallMs?: number,
  ): void {
    const batch = this.submissions.open(frames);
    const isLarge = buffer.byteLength === length;
    const slots: number[] = [];
    for (let index = 0; batch.next(); index++) {
      const task = taken[index];
      if (task === undefined) continue;
      const contents = this.contentsOf(batch, isLarge ? buffer : undefined);
      const isFresh = batch.optionsLength === 0 && !this.isTold(batch);
      const slot = isFresh
        ? this.restoreFresh(batch, task, contents)
        : this.restore({
            sequence,
            acceptedAtWallMs: task.acceptedAtWallMs,
            snapshot: freshSnapshot(batch, task),
            ...contents,
          });
      if (slot !== undefined) slots.push(slot);
    }
    this.adoptContents(sequence, length, slots, acceptedAtWallMs);
  }

  private isTold({ frame, record }: SubmitReader): boolean {
    return !this.tellings.isEmpty && this.tellings.of(readTaskId(frame, record)) !== undefined;
  }

  /** A task without rules of which nothing was told since: what most are when many wait. */
  private restoreFresh(
    batch: SubmitReader,
    { order, submittedAt }: Taken,
    contents: RestoredContents,
  ): number {
    const restored: RestoredTask = {
      submission: {
        name: batch.name ?? '',
        userId: batch.userId || ANONYMOUS,
        priority: batch.priority,
        payloadBytes: batch.payloadLength,
      },
      order,
      submittedAt: submittedAt - this.record.shiftMs,
      attempt: 0,
      epoch: 0,
      state: QUEUED,
    };
    this.tasks += 1;
    return this.target.restore(batch.view, batch.record, restored, contents).slot;
  }

  private restoreCarried(sequence: number, body: Uint8Array, bytes: number): void {
    const slots: number[] = [];
    for (const task of readCarried(body)) {
      const slot = this.restore({ sequence, ...task });
      if (slot !== undefined) slots.push(slot);
    }
    this.adoptContents(sequence, bytes, slots);
  }

  /** @returns its slot; `undefined` when it is gone */
  private restore(content: Content): number | undefined {
    const { id } = content.snapshot;
    const told = this.tellings.of(id) ?? NOTHING_TOLD;
    if (told.grave !== undefined && told.grave > content.sequence) {
      this.graves.push(told.grave);
      return undefined;
    }
    const latest = latestOf(content, told);
    const { dispatchedIn, stateIn, endedIn, outcome } = latest;
    const acceptedAt = content.acceptedAtWallMs ?? latest.snapshot.submittedAt;
    const rules = content.options.length === 0 ? undefined : this.target.rulesOf(content.options, acceptedAt);
    const snapshot = heldBack(latest.snapshot, rules?.delayMs);
    writeTaskId(id, this.idBytes, 0);
    const task = this.target.restore(this.idView, 0, restoredFrom(snapshot, rules, -this.record.shiftMs), {
      ...content,
      resultType: outcome?.contentType ?? content.resultType,
      result: snapshot.resultBytes === 0 ? EMPTY : (outcome?.result ?? content.result),
    });
    this.tasks += 1;
    for (const sequence of [dispatchedIn, stateIn, endedIn])
      if (sequence !== 0) this.record.book.need(sequence);
    this.record.adopt(task, { dispatchedIn, stateIn, endedIn });
    // One that came too late is over: asked for again, it would take the result.
    if (snapshot.cancelling === true && snapshot.state === 'running') this.target.cancelAgain(task);
    return task.slot;
  }

  /**
   * Contents of the task in hand.
   *
   * @param entry a large one: its tasks share it, and what is in it stays where it is. Of a small one it is copied.
   */
  private contentsOf(batch: SubmitReader, entry: Uint8Array | undefined): RestoredContents {
    const { contentType, frame, payloadFrame, payloadOffset, payloadLength, optionsOffset, optionsLength } =
      batch;
    return {
      contentType,
      payload: this.keep(entry, payloadFrame, payloadOffset, payloadLength),
      options: optionsLength === 0 ? EMPTY : this.keep(entry, frame, optionsOffset, optionsLength),
      resultType: 0,
      result: EMPTY,
    };
  }

  private keep(entry: Uint8Array | undefined, frame: Uint8Array, offset: number, length: number): Bytes {
    if (entry !== undefined)
      return { buffer: entry, offset: frame.byteOffset - entry.byteOffset + offset, length };
    const { buffer, shift } = this.target.hold(frame.subarray(offset, offset + length));
    return { buffer, offset: shift, length };
  }

  private adoptContents(
    sequence: number,
    bytes: number,
    slots: readonly number[],
    acceptedAtWallMs?: number,
  ): void {
    const { book } = this.record;
    const graves = this.graves.splice(0);
    if (slots.length === 0) return;
    this.record.adoptContents(sequence, bytes, slots, acceptedAtWallMs);
    for (const grave of graves) {
      book.need(grave);
      book.bury(sequence, grave);
    }
  }
}

/** Whether an entry of a kind holds what tasks were handed in with. */
function hasContents(kind: number): boolean {
  return kind === EntryKind.submitted || kind === EntryKind.carried || kind === EntryKind.gathered;
}

/** A task as it was handed in. */
function freshSnapshot(batch: SubmitReader, { order, submittedAt }: Taken): TaskSnapshot {
  return {
    ...FRESH,
    id: readTaskId(batch.frame, batch.record),
    name: batch.name ?? '',
    user: batch.userId || ANONYMOUS,
    priority: batch.priority,
    order,
    submittedAt,
    payloadBytes: batch.payloadLength,
  };
}

/** A task that was handed in with a delay and never handed out is still held back; if that is over, it is queued at once. */
function heldBack(snapshot: TaskSnapshot, delayMs = 0): TaskSnapshot {
  if (delayMs === 0 || snapshot.state !== 'queued' || snapshot.attempt > 0) return snapshot;
  return { ...snapshot, state: 'delayed', notBefore: snapshot.submittedAt + delayMs };
}

/** How a task is that was just handed in. */
const FRESH = {
  state: 'queued',
  attempt: 0,
  epoch: 0,
  dispatchedAt: 0,
  startedAt: 0,
  endedAt: 0,
  keptSince: 0,
  runMs: 0,
  resultBytes: 0,
} as const satisfies Partial<TaskSnapshot>;
