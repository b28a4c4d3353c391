import {
  isTaskIdOf,
  parseTaskId,
  PenstockError,
  readTaskId,
  TASK_ID_BYTES,
  writeTaskId,
  type TaskId,
  type TaskIdMinter,
} from '@penstock/protocol';
import type { OpenTask } from './open-task.js';

const FIRST_SLOTS = 1_024;
const IDS_PER_BLOCK = 64;

/** Where an id's 16 bytes are. */
export interface IdPlace {
  readonly view: DataView;
  readonly offset: number;
}

/**
 * The tasks that have not ended, found by the bytes of their ids. Minted ids count up in their last 32 bits, so these
 * bits are the index of a slot: the minter skips the slots that are taken. Ids that were minted elsewhere are few and
 * have a map.
 */
export class TaskTable {
  private slots = emptySlots(FIRST_SLOTS);
  private minted = 0;
  private readonly foreign = new Map<TaskId, OpenTask>();
  private block = newBlock();
  private blockOffset = 0;
  private readonly scratch = newBlock();

  constructor(private readonly minter: TaskIdMinter) {}

  /** Mints the id of a task to {@link add}. */
  mint(hash: number): IdPlace {
    if (this.minted * 2 >= this.slots.length) this.grow();
    if (this.blockOffset === this.block.byteLength) {
      this.block = newBlock();
      this.blockOffset = 0;
    }
    const place = { view: this.block, offset: this.blockOffset };
    this.blockOffset += TASK_ID_BYTES;
    const mask = this.slots.length - 1;
    let key: number;
    do key = this.minter.mintInto(place.view, place.offset, hash);
    while (this.slots[key & mask] !== undefined);
    return place;
  }

  /**
   * The bytes of an id that was minted elsewhere.
   *
   * @throws PenstockError `INVALID_TASK_ID` when it is none, or one for another user
   */
  place(text: string, hash: number): IdPlace {
    const view = newBlock(1);
    const taskId = parseTaskId(text);
    writeTaskId(taskId, bytesOf(view), 0);
    if (isTaskIdOf(view, 0, hash)) return { view, offset: 0 };
    throw new PenstockError(
      'INVALID_TASK_ID',
      `${taskId} is not an id of a task of this user: mint it with TaskIdMinter.mint(userId)`,
      { details: { taskId } },
    );
  }

  /** @param isForeign whether its id was minted elsewhere */
  add(task: OpenTask, isForeign: boolean): void {
    if (isForeign) this.foreign.set(task.id, task);
    else {
      // Ids that were minted before any of them was added may share a slot.
      while (this.slots[this.slotOf(task.idView, task.idOffset)] !== undefined) this.grow();
      this.slots[this.slotOf(task.idView, task.idOffset)] = task;
      this.minted += 1;
    }
  }

  remove(task: OpenTask): void {
    const slot = this.slotOf(task.idView, task.idOffset);
    if (this.slots[slot] === task) {
      this.slots[slot] = undefined;
      this.minted -= 1;
    } else if (this.foreign.size > 0 && this.foreign.get(task.id) === task) this.foreign.delete(task.id);
  }

  /** The open task of the id at `offset`. */
  find(view: DataView, offset: number): OpenTask | undefined {
    const task = this.slots[this.slotOf(view, offset)];
    if (task !== undefined && isSameId(task, view, offset)) return task;
    return this.foreign.size === 0 ? undefined : this.foreign.get(readTaskId(bytesOf(view), offset));
  }

  /** The open task of an id as text; `undefined` as well when it is no id. */
  findText(text: string): OpenTask | undefined {
    try {
      writeTaskId(parseTaskId(text), bytesOf(this.scratch), 0);
    } catch {
      return undefined;
    }
    return this.find(this.scratch, 0);
  }

  /** All open tasks, in no order. */
  *[Symbol.iterator](): Generator<OpenTask> {
    for (const task of this.slots) if (task !== undefined) yield task;
    yield* this.foreign.values();
  }

  private slotOf(view: DataView, offset: number): number {
    return view.getUint32(offset + 12) & (this.slots.length - 1);
  }

  private grow(): void {
    const tasks = this.slots;
    this.slots = emptySlots(tasks.length * 2);
    for (const task of tasks) {
      if (task !== undefined) this.slots[this.slotOf(task.idView, task.idOffset)] = task;
    }
  }
}

function emptySlots(length: number): (OpenTask | undefined)[] {
  return Array.from({ length }, () => undefined);
}

function isSameId({ idView, idOffset }: OpenTask, view: DataView, offset: number): boolean {
  return (
    idView.getUint32(idOffset + 12) === view.getUint32(offset + 12) &&
    idView.getUint32(idOffset + 8) === view.getUint32(offset + 8) &&
    idView.getUint32(idOffset + 4) === view.getUint32(offset + 4) &&
    idView.getUint32(idOffset) === view.getUint32(offset)
  );
}

/** Few ids per buffer, so that a task that somebody keeps does not keep much else. */
function newBlock(ids = IDS_PER_BLOCK): DataView {
  return new DataView(new ArrayBuffer(ids * TASK_ID_BYTES));
}

function bytesOf(view: DataView): Uint8Array {
  return new Uint8Array(view.buffer, view.byteOffset, view.byteLength);
}
