import {
  readTaskId,
  TASK_ID_BYTES,
  viewOf,
  writeTaskId,
  type DispatchReader,
  type HubLease,
  type TaskId,
} from '@penstock/protocol';
import { HeldTask } from './held-task.js';

/** What a lease is found by, beside the task's id. */
type LeaseKey = Pick<HubLease, 'epoch' | 'attempt'>;

/** Every attempt that the hub holds, by its lease. */
export class HeldTasks implements Iterable<HeldTask> {
  /** By a hash of the id; who share one hang on one another. */
  private readonly byHash = new Map<number, HeldTask>();
  /** The ids, 16 bytes each, at the places that the tasks' `index` counts. */
  private ids = new Uint8Array(256 * TASK_ID_BYTES);
  private view = viewOf(this.ids);
  private readonly free: number[] = [];
  private used = 0;
  private readonly scratch = new Uint8Array(TASK_ID_BYTES);
  private readonly scratchView = viewOf(this.scratch);

  get size(): number {
    return this.used - this.free.length;
  }

  /** The buffer of all ids; a task's is at {@link idOffset}. Another one after each {@link add}. */
  get idView(): DataView {
    return this.view;
  }

  idOffset(task: HeldTask): number {
    return task.index * TASK_ID_BYTES;
  }

  /** Takes in the record's attempt; it must not be held yet. */
  add(record: DispatchReader): HeldTask {
    const task = new HeldTask(this.free.pop() ?? this.used++, record);
    const at = this.idOffset(task);
    if (at >= this.ids.byteLength) this.grow();
    this.ids.set(record.frame.subarray(record.record, record.record + TASK_ID_BYTES), at);
    const hash = hashOf(this.view, at);
    task.collision = this.byHash.get(hash);
    this.byHash.set(hash, task);
    return task;
  }

  /** The attempt of this lease, whose task's id lies at `offset`. */
  find(idView: DataView, offset: number, { epoch, attempt }: LeaseKey): HeldTask | undefined {
    let task = this.byHash.get(hashOf(idView, offset));
    while (task !== undefined) {
      if (task.attempt === attempt && task.epoch === epoch && this.hasId(task, idView, offset)) return task;
      task = task.collision;
    }
    return undefined;
  }

  /** The attempt of a lease that came in a control message. */
  findLease(lease: HubLease): HeldTask | undefined {
    writeTaskId(lease.taskId as TaskId, this.scratch, 0);
    return this.find(this.scratchView, 0, lease);
  }

  /** The lease as control messages name it. */
  leaseOf(task: HeldTask): HubLease {
    return { taskId: readTaskId(this.ids, this.idOffset(task)), epoch: task.epoch, attempt: task.attempt };
  }

  delete(task: HeldTask): void {
    const hash = hashOf(this.view, this.idOffset(task));
    const first = this.byHash.get(hash);
    if (first === task) {
      if (task.collision === undefined) this.byHash.delete(hash);
      else this.byHash.set(hash, task.collision);
    } else {
      let before = first;
      while (before !== undefined && before.collision !== task) before = before.collision;
      if (before === undefined) return;
      before.collision = task.collision;
    }
    task.collision = undefined;
    this.free.push(task.index);
  }

  *[Symbol.iterator](): Iterator<HeldTask> {
    for (const first of this.byHash.values()) {
      for (let task: HeldTask | undefined = first; task !== undefined; task = task.collision) yield task;
    }
  }

  private hasId(task: HeldTask, idView: DataView, offset: number): boolean {
    const at = this.idOffset(task);
    const { view } = this;
    return (
      view.getUint32(at + 12) === idView.getUint32(offset + 12) &&
      view.getUint32(at + 8) === idView.getUint32(offset + 8) &&
      view.getUint32(at + 4) === idView.getUint32(offset + 4) &&
      view.getUint32(at) === idView.getUint32(offset)
    );
  }

  private grow(): void {
    const larger = new Uint8Array(this.ids.byteLength * 2);
    larger.set(this.ids);
    this.ids = larger;
    this.view = viewOf(larger);
  }
}

/** The two words of a UUIDv7 that differ most: those that its minter draws and counts. */
function hashOf(view: DataView, offset: number): number {
  return view.getInt32(offset + 12) ^ view.getInt32(offset + 8);
}
