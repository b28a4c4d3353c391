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
import { readCarried } from './carried-entry.js';
import { EntryKind } from './entry-kind.js';
import { latestOf } from './latest.js';
import { readSubmitted } from './submitted-entry.js';
import { splitStamp, type Stamp } from './stamp.js';
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
  /** Puts a task back where it was. */
  restore(idView: DataView, restored: RestoredTask, contents: RestoredContents): Task;
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

/**
 * Rebuilds all tasks from the journal. What was told of tasks is read first, then their contents: nearly all that wait have
 * nothing but contents, so that these need not be held twice.
 *
 * @throws JournalError JOURNAL_DAMAGED
 */
export class Recovery {
  private readonly tellings = new Tellings();
  private readonly submissions = new SubmitReader();
  private readonly idBytes = new Uint8Array(TASK_ID_BYTES);
  private readonly idView = viewOf(this.idBytes);
  private readonly seen = new Map<number, number>();
  /** Entries that tell of tasks of the entry in hand that they are gone. */
  private graves: number[] = [];
  private tasks = 0;

  constructor(
    private readonly journal: Journal,
    private readonly record: TaskJournal,
    private readonly target: RecoveryTarget,
  ) {}

  async run(): Promise<Recovered> {
    let last: Stamp | undefined;
    for await (const entry of this.journal.replay()) {
      const { stamp, body } = splitStamp(entry.bytes);
      last = stamp;
      this.seen.set(entry.sequence, body.byteLength);
      this.tellings.add(entry, body, stamp.atMs);
    }
    if (last !== undefined) this.record.time.resume(last);
    for await (const { sequence, kind, bytes } of this.journal.replay()) {
      const { stamp, body } = splitStamp(bytes);
      if (kind === EntryKind.submitted) this.restoreSubmitted(sequence, body, stamp);
      else if (kind === EntryKind.carried) this.restoreCarried(sequence, body);
    }
    const entries = this.seen.size;
    this.record.book.dropUnneeded(this.seen.keys());
    return { tasks: this.tasks, entries };
  }

  private restoreSubmitted(sequence: number, bytes: Uint8Array, { atMs, wallMs }: Stamp): void {
    const { orders, frames } = readSubmitted(bytes);
    const batch = this.submissions.open(frames);
    const slots: number[] = [];
    for (let index = 0; batch.next(); index++) {
      const order = orders.get(index);
      if (order === undefined) continue;
      const id = readTaskId(batch.frame, batch.record);
      const { payloadFrame, payloadOffset, payloadLength, optionsOffset, optionsLength } = batch;
      const slot = this.restore({
        sequence,
        acceptedAtWallMs: wallMs,
        snapshot: {
          ...FRESH,
          id,
          name: batch.name ?? '',
          user: batch.userId || ANONYMOUS,
          priority: batch.priority,
          order,
          submittedAt: atMs,
          payloadBytes: payloadLength,
        },
        contentType: batch.contentType,
        payload: { buffer: payloadFrame, offset: payloadOffset, length: payloadLength },
        options:
          optionsLength === 0 ? EMPTY : { buffer: batch.frame, offset: optionsOffset, length: optionsLength },
        resultType: 0,
        result: EMPTY,
      });
      if (slot !== undefined) slots.push(slot);
    }
    this.adoptContents(sequence, bytes, slots);
  }

  private restoreCarried(sequence: number, bytes: Uint8Array): void {
    const slots: number[] = [];
    for (const task of readCarried(bytes)) {
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
    const task = this.target.restore(this.idView, restoredFrom(snapshot, rules, -this.record.time.shift), {
      ...content,
      resultType: outcome?.contentType ?? content.resultType,
      result: snapshot.resultBytes === 0 ? EMPTY : (outcome?.result ?? content.result),
    });
    this.tasks += 1;
    for (const sequence of [dispatchedIn, stateIn, endedIn]) if (sequence !== 0) this.adopt(sequence);
    this.record.adopt(task, { dispatchedIn, stateIn, endedIn });
    if (snapshot.cancelling === true) this.target.cancelAgain(task);
    return task.slot;
  }

  private adoptContents(sequence: number, bytes: Uint8Array, slots: readonly number[]): void {
    const graves = this.graves.splice(0);
    if (slots.length === 0) return;
    this.record.adoptContents(sequence, bytes.byteLength, slots);
    for (const grave of graves) {
      this.adopt(grave);
      this.record.book.bury(sequence, grave);
    }
  }

  private adopt(sequence: number): void {
    this.record.book.need(sequence, this.seen.get(sequence) ?? 0);
  }
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
