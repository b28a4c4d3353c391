import { OutcomeReader, readTaskId, type Bytes, type OutcomeStatus, type TaskId } from '@penstock/protocol';
import { JournalError } from '@penstock/journal';
import { readDispatched, type Dispatched } from './dispatched-entry.js';
import { readEnded } from './ended-entry.js';
import { EntryKind } from './entry-kind.js';
import { readForgotten } from './forgotten-entry.js';
import type { TaskSnapshot } from './task-snapshot.js';

/** An outcome that has ended its task. Times are the journal's. */
export interface ToldOutcome {
  readonly sequence: number;
  readonly status: OutcomeStatus;
  readonly epoch: number;
  readonly attempt: number;
  readonly worker: string;
  readonly runMs: number;
  readonly dispatchedAt: number;
  readonly startedAt: number;
  readonly endedAt: number;
  readonly contentType: number;
  readonly result: Bytes;
}

/** What entries tell of one task beside its contents: of each kind the last one. */
export interface Told {
  dispatch?: Dispatched & { readonly sequence: number; readonly atMs: number };
  outcome?: ToldOutcome;
  state?: { readonly sequence: number; readonly snapshot: TaskSnapshot };
  /** The entry that says that it is gone. */
  grave?: number;
}

/** Gathers what the journal tells of tasks, in the order of the entries; most tasks are only handed in, and are not here. */
export class Tellings {
  private readonly told = new Map<TaskId, Told>();
  private readonly outcomes = new OutcomeReader();

  /** Whether nothing was told of any task. */
  get isEmpty(): boolean {
    return this.told.size === 0;
  }

  of(id: TaskId): Told | undefined {
    return this.told.get(id);
  }

  /**
   * @param body what is behind the entry's stamp, which says `atMs`
   * @throws JournalError JOURNAL_NEWER when the kind is not known
   */
  add(sequence: number, kind: number, body: Uint8Array, atMs: number): void {
    switch (kind) {
      case EntryKind.dispatched:
        for (const dispatch of readDispatched(body)) {
          this.at(dispatch.id).dispatch = { ...dispatch, sequence, atMs };
        }
        break;
      case EntryKind.ended:
        this.addOutcomes(sequence, body, atMs);
        break;
      case EntryKind.states:
        for (const snapshot of JSON.parse(Buffer.from(body).toString()) as TaskSnapshot[]) {
          this.at(snapshot.id).state = { sequence, snapshot };
        }
        break;
      case EntryKind.forgotten:
        for (const id of readForgotten(body)) this.at(id).grave = sequence;
        break;
      default:
        throw new JournalError(
          'JOURNAL_NEWER',
          `The journal was written by a newer version: the entry ${sequence} is of kind ${kind}, which this one does not know. Start the version that wrote it.`,
          { details: { sequence, kind } },
        );
    }
  }

  private addOutcomes(sequence: number, body: Uint8Array, endedAt: number): void {
    const { counted, frames } = readEnded(body);
    const batch = this.outcomes.open(frames);
    for (let index = 0; batch.next(); index++) {
      const times = counted.get(index);
      if (times === undefined) continue;
      this.at(readTaskId(batch.frame, batch.record)).outcome = {
        sequence,
        ...times,
        status: batch.status as OutcomeStatus,
        epoch: batch.epoch,
        attempt: batch.attempt,
        worker: batch.worker,
        runMs: Math.max(0, batch.runMs || 0),
        endedAt,
        contentType: batch.contentType,
        result: { buffer: batch.payloadFrame, offset: batch.payloadOffset, length: batch.payloadLength },
      };
    }
  }

  private at(id: TaskId): Told {
    let told = this.told.get(id);
    if (told === undefined) this.told.set(id, (told = {}));
    return told;
  }
}
