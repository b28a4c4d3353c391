import type { OutcomeReader } from '@penstock/protocol';
import type { Task } from '@penstock/scheduler';
import { BatchFrames, readFrames } from './batch-frames.js';
import { EntryBytes, EntryCursor } from './entry-bytes.js';

/**
 * A batch of outcomes of which some have ended their tasks: `counted u32`, for each of them `index u16 · time of its dispatch
 * f64 · of its begin f64 (0 = not known)`, and the batch's frames.
 */
export class EndedEntry {
  private readonly front = new EntryBytes();
  private readonly frames = new BatchFrames();
  private readonly indices: number[] = [];
  readonly tasks: Task[] = [];

  /** The outcome at `index` of the batch has ended the task. */
  add(index: number, task: Task): void {
    this.indices.push(index);
    this.tasks.push(task);
  }

  /**
   * The entry's parts, until the next ones are asked for.
   *
   * @param shift from monotonic to the journal's time
   */
  parts(batch: OutcomeReader, shift: number): readonly Uint8Array[] {
    const { front, indices, tasks } = this;
    front.u32(tasks.length);
    for (const [position, { dispatchedAt, startedAt }] of tasks.entries()) {
      front.u16(indices[position] ?? 0);
      front.f64(dispatchedAt + shift);
      front.f64(startedAt === 0 ? 0 : startedAt + shift);
    }
    return [front.take(), ...this.frames.partsOf(batch)];
  }

  /** Starts anew. */
  clear(): void {
    this.indices.length = this.tasks.length = 0;
  }
}

/** What an {@link EndedEntry} says. */
export interface Ended {
  /** By the index in the batch of each outcome that counted. */
  readonly counted: ReadonlyMap<number, { readonly dispatchedAt: number; readonly startedAt: number }>;
  readonly frames: readonly Uint8Array[];
}

/** Reads an entry; its frames are views of it, its times are the journal's. */
export function readEnded(entry: Uint8Array): Ended {
  const cursor = new EntryCursor(entry);
  const counted = new Map<number, { dispatchedAt: number; startedAt: number }>();
  for (let left = cursor.u32(); left > 0; left--) {
    const index = cursor.u16();
    counted.set(index, { dispatchedAt: cursor.f64(), startedAt: cursor.f64() });
  }
  return { counted, frames: readFrames(cursor) };
}
