import {
  EMPTY,
  readTimeoutMs,
  type Bytes,
  type DispatchReader,
  type DispatchRecord,
  type LeaseNumbers,
} from '@penstock/protocol';
import { InvariantError } from '@penstock/runtime';
import type { KeptBatch } from './kept-batch.js';
import type { SlotWorker } from './slot-worker.js';

/**
 * Where a task is while the hub holds it.
 *
 * - `waiting`: in its group's list.
 * - `handed`: with a worker, which may or may not have begun it.
 * - `running`: its worker has begun it.
 * - `ended`: its outcome waits to be settled; then the hub forgets it.
 */
export type HeldState = 'waiting' | 'handed' | 'running' | 'ended';

/** Which states may follow which; a task may be forgotten in any of them. */
const transitions: Readonly<Record<HeldState, readonly HeldState[]>> = {
  waiting: ['handed', 'ended'],
  handed: ['waiting', 'running', 'ended'],
  running: ['ended'],
  ended: [],
};

/** Why an attempt is to end before its handler does. */
export type Ending = 'timedOut' | 'cancelled' | 'revoked';

/** One attempt that the hub holds: the lease, the task, and where it is. */
export class HeldTask implements LeaseNumbers, DispatchRecord {
  readonly epoch: number;
  readonly attempt: number;
  readonly slot: number;
  readonly group: number;
  readonly name: string;
  readonly userId: string;
  readonly priority: number;
  readonly contentType: number;
  /** How long its handler may take, in milliseconds; 0 = as long as it takes. */
  readonly timeoutMs: number;
  state: HeldState = 'waiting';
  /** Views of the received frame; let go of once a worker has begun the task. */
  payload: Bytes;
  options: Bytes;
  /** Who has it; set exactly while it is handed or running. */
  worker: SlotWorker | undefined = undefined;
  /** Its number among all that was ever handed to that worker. */
  sequence = 0;
  /**
   * Why it is to end soon. `timedOut`: its handler took longer than it may, so that it has failed whatever follows.
   * `cancelled`: a cancel was asked for. `revoked`: the lease is no longer ours, so its outcome is dropped. Each of them
   * outweighs those before it.
   */
  ending: Ending | undefined = undefined;
  /** The packed batch that holds its outcome until that is settled; only `Unsettled` writes it. */
  outcomeBatch: KeptBatch | undefined = undefined;
  /** The next task with the same hash of its id. */
  collision: HeldTask | undefined = undefined;

  /** @param index where {@link HeldTasks} keeps the id */
  constructor(
    readonly index: number,
    record: DispatchReader,
  ) {
    this.epoch = record.epoch;
    this.attempt = record.attempt;
    this.slot = record.slot;
    this.group = record.group;
    this.name = record.name;
    this.userId = record.userId;
    this.priority = record.priority;
    this.contentType = record.contentType;
    this.payload = {
      buffer: record.payloadFrame,
      offset: record.payloadOffset,
      length: record.payloadLength,
    };
    const { optionsLength: length, optionsOffset: offset } = record;
    this.options = length === 0 ? EMPTY : { buffer: record.frame, offset, length };
    this.timeoutMs = length === 0 ? 0 : readTimeoutMs(record.view, offset, length);
  }
}

/** The one way to change a task's state. */
export function transition(task: HeldTask, to: HeldState, worker?: SlotWorker): void {
  if (!transitions[task.state].includes(to)) {
    // The text is made only when it is needed: this runs several times per task.
    throw new InvariantError('HUB-001', `a ${task.state} task does not become ${to}`);
  }
  task.state = to;
  task.worker = worker;
  if (to === 'running' || to === 'ended') {
    task.payload = EMPTY;
    task.options = EMPTY;
  }
}
