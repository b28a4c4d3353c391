import { encodeRules, readRules, type Bytes, type ErrorCode, type TaskRules } from '@penstock/protocol';
import { isDead, type Refusal, type Task } from '@penstock/scheduler';
import type { Partition } from './partition.js';
import { schedulingRules } from './scheduling-rules.js';

/** What is to be another way than the last time; absent = as it was. */
export interface RerunChanges {
  readonly priority?: number;
  readonly contentType?: number;
  readonly payload?: Uint8Array;
  /** Take the place of those that the task had. Its idempotency key and durability stay. */
  readonly rules?: Omit<TaskRules, 'idempotencyKey' | 'durability'>;
}

/** Runs tasks again that ended without a result. */
export class Reruns {
  constructor(
    private readonly partition: Partition,
    private readonly payloadBytesMax: number,
  ) {}

  /** Queues a dead task again, under its own id, or says why not. */
  rerun(task: Task, now: number, changes: RerunChanges = {}): Task | Refusal {
    if (!isDead(task.state)) {
      return refusal(
        'NOT_DEAD',
        `only a task that ended without a result is run again; this one is ${task.state}`,
      );
    }
    const { partition } = this;
    const { payload, priority } = changes;
    const { slot } = task;
    if (payload !== undefined && payload.byteLength > this.payloadBytesMax) {
      return refusal(
        'TOO_LARGE',
        `a payload has at most ${this.payloadBytesMax} bytes, this one ${payload.byteLength}`,
      );
    }
    const options = changes.rules === undefined ? undefined : this.optionsWith(slot, changes.rules);
    const rules = this.rulesIn(options ?? partition.options.get(slot));
    const again = partition.scheduler.rerun(task, now, {
      ...(priority === undefined ? {} : { priority }),
      ...(payload === undefined ? {} : { payloadBytes: payload.byteLength }),
      ...(rules === undefined ? {} : { rules: schedulingRules(rules, partition.wall.wallMs()) }),
    });
    if ('code' in again) return again;
    partition.results.drop(slot);
    if (payload !== undefined)
      partition.payloads.put(slot, changes.contentType ?? 0, payload, 0, payload.byteLength);
    if (options !== undefined) partition.options.set(slot, options);
    if (payload === undefined && options === undefined) partition.stateChanged(task);
    else partition.contentsChanged(task);
    partition.publish(task);
    return task;
  }

  private optionsWith(slot: number, rules: TaskRules): Bytes {
    const { idempotencyKey, durability } = this.rulesIn(this.partition.options.get(slot)) ?? {};
    const buffer = encodeRules({
      ...rules,
      ...(idempotencyKey === undefined ? {} : { idempotencyKey }),
      ...(durability === undefined ? {} : { durability }),
    });
    return { buffer, offset: 0, length: buffer.byteLength };
  }

  private rulesIn(options: Bytes | undefined): TaskRules | undefined {
    return options === undefined ? undefined : readRules(options.buffer, options.offset, options.length);
  }
}

function refusal(code: ErrorCode, message: string): Refusal {
  return { code, message };
}
