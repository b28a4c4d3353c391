import { NO_SESSION, SubmitWriter, type SubmitRecord } from '@penstock/protocol';
import { invariant } from '@penstock/runtime';
import type { Task } from '@penstock/scheduler';
import { BatchFrames, readFrames } from './batch-frames.js';
import { EntryBytes, EntryCursor } from './entry-bytes.js';
import type { Submitted, Taken } from './submitted-entry.js';

/**
 * Tasks of several small batches, of which nothing was told since they were handed in, in one batch as a client might have
 * packed it: `tasks u32`, for each of them `order f64 · submitted at f64 · accepted at f64`, and the batch's frames.
 */
export class GatheredEntry {
  private readonly front = new EntryBytes();
  private readonly frames = new BatchFrames();
  private readonly batch = new SubmitWriter();
  private readonly taken: Taken[] = [];
  readonly tasks: Task[] = [];

  /** Whether the entry has grown to where it is to be written. */
  get isFull(): boolean {
    return this.batch.isFull;
  }

  /** Adds a task, with its id at an offset of a view. */
  add(task: Task, taken: Taken, idView: DataView, idOffset: number, record: SubmitRecord): void {
    this.tasks.push(task);
    this.taken.push(taken);
    this.batch.add(idView, idOffset, record);
  }

  /** The entry's parts, until the next ones are asked for. It must have a task. */
  parts(): readonly Uint8Array[] {
    const [frame] = this.batch.take(NO_SESSION) ?? [];
    invariant(frame !== undefined, 'JRN-003', 'an entry is written for its tasks');
    const { front } = this;
    front.u32(this.taken.length);
    for (const { order, submittedAt, acceptedAtWallMs } of this.taken) {
      front.f64(order);
      front.f64(submittedAt);
      front.f64(acceptedAtWallMs);
    }
    return [front.take(), ...this.frames.partsOf({ frame, payloadFrame: frame })];
  }

  /** Starts anew. */
  clear(): void {
    this.taken.length = this.tasks.length = 0;
  }
}

/** Reads an entry; its frames are views of it. */
export function readGathered(entry: Uint8Array): Submitted {
  const cursor = new EntryCursor(entry);
  const taken: Taken[] = [];
  for (let left = cursor.u32(); left > 0; left--) {
    taken.push({ order: cursor.f64(), submittedAt: cursor.f64(), acceptedAtWallMs: cursor.f64() });
  }
  return { taken, frames: readFrames(cursor) };
}
