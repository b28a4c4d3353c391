import type { SubmitReader } from '@penstock/protocol';
import type { Task } from '@penstock/scheduler';
import { BatchFrames, readFrames } from './batch-frames.js';
import { EntryBytes, EntryCursor } from './entry-bytes.js';

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
    for (const [position, task] of tasks.entries()) {
      front.u16(indices[position] ?? 0);
      front.u32(task.order - firstOrder);
    }
    return [front.take(), ...this.frames.partsOf(batch)];
  }

  /** Starts anew. */
  clear(): void {
    this.indices.length = this.tasks.length = 0;
  }
}

/** What a {@link SubmittedEntry} says. */
export interface Submitted {
  /** Order of each task that was taken, by its index in the batch. */
  readonly orders: ReadonlyMap<number, number>;
  readonly frames: readonly Uint8Array[];
}

/** Reads an entry; its frames are views of it. */
export function readSubmitted(entry: Uint8Array): Submitted {
  const cursor = new EntryCursor(entry);
  const firstOrder = cursor.f64();
  const orders = new Map<number, number>();
  for (let left = cursor.u32(); left > 0; left--) {
    const index = cursor.u16();
    orders.set(index, firstOrder + cursor.u32());
  }
  return { orders, frames: readFrames(cursor) };
}
