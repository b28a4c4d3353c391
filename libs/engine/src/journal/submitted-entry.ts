import type { SubmitReader } from '@penstock/protocol';
import type { Task } from '@penstock/scheduler';
import { BatchFrames, readFrames } from './batch-frames.js';
import { EntryBytes, EntryCursor } from './entry-bytes.js';
import type { Stamp } from './stamp.js';

/**
 * A batch of which some tasks were taken: `first order f64 · taken u32`, for each of them `index u16 · order u32, counted
 * from the first`, and the batch's frames.
 */
export class SubmittedEntry {
  private readonly front = new EntryBytes();
  private readonly frames = new BatchFrames();
  private readonly indices: number[] = [];
  readonly tasks: Task[] = [];

  /** The task at `index` of the batch was taken. */
  add(index: number, task: Task): void {
    this.indices.push(index);
    this.tasks.push(task);
  }

  /** The entry's parts, until the next ones are asked for. */
  parts(batch: SubmitReader): readonly Uint8Array[] {
    const { front, indices, tasks } = this;
    const firstOrder = tasks[0]?.order ?? 0;
    front.f64(firstOrder);
    front.u32(tasks.length);
    let position = 0;
    for (const { order } of tasks) {
      front.u16(indices[position++] ?? 0);
      front.u32(order - firstOrder);
    }
    return [front.take(), ...this.frames.partsOf(batch)];
  }

  /** Starts anew. */
  clear(): void {
    this.indices.length = this.tasks.length = 0;
  }
}

/** A task that was taken. */
export interface Taken {
  readonly order: number;
  /** In the journal's time. */
  readonly submittedAt: number;
  /** By the wall clock. */
  readonly acceptedAtWallMs: number;
}

/** What an entry says that has a batch of submitted tasks. */
export interface Submitted {
  /** By the index in the batch; tasks that were not taken have none. */
  readonly taken: readonly (Taken | undefined)[];
  readonly frames: readonly Uint8Array[];
}

/** Reads what {@link SubmittedEntry} wrote at some time; the frames are views of the entry. */
export function readSubmitted(entry: Uint8Array, { atMs, wallMs }: Stamp): Submitted {
  const cursor = new EntryCursor(entry);
  const firstOrder = cursor.f64();
  const taken: Taken[] = [];
  for (let left = cursor.u32(); left > 0; left--) {
    const index = cursor.u16();
    taken[index] = { order: firstOrder + cursor.u32(), submittedAt: atMs, acceptedAtWallMs: wallMs };
  }
  return { taken, frames: readFrames(cursor) };
}
