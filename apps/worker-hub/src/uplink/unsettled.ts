import { OutcomeReader, type BatchMessage } from '@penstock/protocol';
import type { HeldTask } from '../slots/held-task.js';

/** Bounds of what is kept: over either, the hub begins nothing new. */
const COUNT_MAX = 16_384;
const BYTES_MAX = 256 * 1024 * 1024;

/** One batch of outcomes as it was packed, kept until the last of them is settled. */
interface KeptBatch {
  message: BatchMessage | undefined;
  bytes: number;
  unsettled: number;
}

/** The outcomes that the balancer has not dealt with yet. Whole batches are kept, so a task costs no copy. */
export class Unsettled {
  private batches = new Map<HeldTask, KeptBatch>();
  private open: KeptBatch = newBatch();
  private bytes = 0;

  get count(): number {
    return this.batches.size;
  }

  /** Whether so much is kept that nothing new may begin. */
  get isFull(): boolean {
    return this.batches.size >= COUNT_MAX || this.bytes >= BYTES_MAX;
  }

  /** Whether there is room again after it was full. */
  get hasRoom(): boolean {
    return this.batches.size <= COUNT_MAX / 2 && this.bytes <= BYTES_MAX / 2;
  }

  /** The task's outcome goes into the batch that is being packed. */
  add(task: HeldTask): void {
    this.batches.set(task, this.open);
    this.open.unsettled += 1;
  }

  /** The batch is packed; further outcomes go into the next one. */
  packed(message: BatchMessage): void {
    const { open } = this;
    this.open = newBatch();
    if (open.unsettled === 0) return;
    open.message = message;
    open.bytes = message[0].byteLength + (message[1]?.byteLength ?? 0);
    this.bytes += open.bytes;
  }

  /** The task's outcome is dealt with, or no longer wanted. */
  delete(task: HeldTask): void {
    const batch = this.batches.get(task);
    if (batch === undefined) return;
    this.batches.delete(task);
    batch.unsettled -= 1;
    if (batch.unsettled === 0) this.bytes -= batch.bytes;
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
    const kept = this.batches;
    const messages = new Set([...kept.values()].map(({ message }) => message));
    this.batches = new Map();
    this.bytes = 0;
    const reader = new OutcomeReader();
    for (const message of messages) {
      if (message === undefined) continue;
      reader.open(message);
      while (reader.next()) {
        const task = find(reader);
        if (task !== undefined && kept.get(task)?.message === message) again(task, reader);
      }
    }
  }
}

function newBatch(): KeptBatch {
  return { message: undefined, bytes: 0, unsettled: 0 };
}
