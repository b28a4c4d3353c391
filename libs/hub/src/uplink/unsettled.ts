import { OutcomeReader, type BatchMessage } from '@penstock/protocol';
import type { HeldTask } from '../slots/held-task.js';
import type { KeptBatch } from '../slots/kept-batch.js';

/** Bounds of what is kept: over either, the hub begins nothing new. */
const COUNT_MAX = 4_096;
const BYTES_MAX = 256 * 1024 * 1024;

/** The outcomes that the balancer has not dealt with yet. Whole batches are kept, so a task costs no copy. */
export class Unsettled {
  private open: KeptBatch = newBatch();
  private readonly packedBatches = new Set<KeptBatch>();
  private outcomes = 0;
  private bytes = 0;

  get count(): number {
    return this.outcomes;
  }

  /** Whether so much is kept that nothing new may begin. */
  get isFull(): boolean {
    return this.outcomes >= COUNT_MAX || this.bytes >= BYTES_MAX;
  }

  /** Whether there is room again after it was full. */
  get hasRoom(): boolean {
    return this.outcomes <= COUNT_MAX / 2 && this.bytes <= BYTES_MAX / 2;
  }

  /** The task's outcome goes into the batch that is being packed. */
  add(task: HeldTask): void {
    task.outcomeBatch = this.open;
    this.open.unsettled += 1;
    this.outcomes += 1;
  }

  /** The batch is packed; further outcomes go into the next one. */
  packed(message: BatchMessage): void {
    const { open } = this;
    this.open = newBatch();
    if (open.unsettled === 0) return;
    open.message = message;
    open.bytes = message[0].byteLength + (message[1]?.byteLength ?? 0);
    this.bytes += open.bytes;
    this.packedBatches.add(open);
  }

  /** The task's outcome, if it has one, is dealt with or no longer wanted. */
  delete(task: HeldTask): void {
    const batch = task.outcomeBatch;
    if (batch === undefined) return;
    task.outcomeBatch = undefined;
    this.outcomes -= 1;
    batch.unsettled -= 1;
    if (batch.unsettled === 0 && this.packedBatches.delete(batch)) this.bytes -= batch.bytes;
  }

  /**
   * Takes all that is kept out of its batches, to be packed anew.
   *
   * @param find the task of a record, if it is still held
   * @param again called with each task and its outcome, on which the reader stands
   */
  repack(
    find: (record: OutcomeReader) => HeldTask | undefined,
    again: (task: HeldTask, record: OutcomeReader) => void,
  ): void {
    const reader = new OutcomeReader();
    for (const batch of [...this.packedBatches]) {
      if (batch.message === undefined) continue;
      reader.open(batch.message);
      while (reader.next()) {
        const task = find(reader);
        if (task === undefined || task.outcomeBatch !== batch) continue;
        this.delete(task);
        again(task, reader);
      }
    }
  }
}

function newBatch(): KeptBatch {
  return { message: undefined, bytes: 0, unsettled: 0 };
}
