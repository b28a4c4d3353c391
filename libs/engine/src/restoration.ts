import { readRules, type Bytes } from '@penstock/protocol';
import type { RestoredTask, Task, TaskRules } from '@penstock/scheduler';
import type { HeldFrame } from './byte-store.js';
import type { RecoveryTarget, RestoredContents } from './journal/recovery.js';
import type { Partition } from './partition.js';
import { schedulingRules } from './scheduling-rules.js';

/** Puts recovered tasks into a partition. */
export class Restoration implements RecoveryTarget {
  constructor(
    private readonly partition: Partition,
    private readonly now: number,
  ) {}

  rulesOf({ buffer, offset, length }: Bytes, acceptedAtWallMs: number): TaskRules {
    return schedulingRules(readRules(buffer, offset, length), acceptedAtWallMs);
  }

  hold(contents: Uint8Array): HeldFrame {
    return this.partition.payloads.hold(contents);
  }

  restore(idView: DataView, idOffset: number, restored: RestoredTask, contents: RestoredContents): Task {
    const { partition } = this;
    const task = partition.scheduler.restore(idView, idOffset, restored, this.now);
    const { slot } = task;
    const { payload, options, result } = contents;
    const isDone = task.state === 'done';
    if (!isDone)
      partition.payloads.put(slot, contents.contentType, payload.buffer, payload.offset, payload.length);
    if (options.length > 0) {
      const { idempotencyKey } = readRules(options.buffer, options.offset, options.length);
      if (idempotencyKey !== undefined) partition.keys.add(task, idempotencyKey);
      if (!isDone || idempotencyKey !== undefined) partition.options.set(slot, options);
    }
    if (result.length > 0) {
      partition.results.put(slot, contents.resultType, result.buffer, result.offset, result.length);
    }
    return task;
  }

  cancelAgain(task: Task): void {
    this.partition.scheduler.cancel(task, this.now);
  }
}
