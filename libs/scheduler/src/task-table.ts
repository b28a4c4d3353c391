import { IdIndex } from './id-index.js';
import type { Task } from './task.js';

/** All tasks by slot, and slots by id. A slot is a dense number that is reused once its task is forgotten. */
export class TaskTable {
  private readonly tasks: (Task | undefined)[] = [];
  private readonly free: number[] = [];
  private readonly ids: IdIndex;

  /** @param idSalt 32 bits that clients do not know */
  constructor(idSalt: number) {
    this.ids = new IdIndex(idSalt);
  }

  /** Tasks known, ended ones included. */
  get size(): number {
    return this.tasks.length - this.free.length;
  }

  /** A view that holds the id of the task at slot `s` at offset `16 * s`. Not to be kept: it is replaced on growth. */
  get idView(): DataView {
    return this.ids.view;
  }

  /** The task at a slot. */
  at(slot: number): Task | undefined {
    return this.tasks[slot];
  }

  /** The task with this id. */
  find(view: DataView, offset: number): Task | undefined {
    const slot = this.ids.find(view, offset);
    return slot < 0 ? undefined : this.tasks[slot];
  }

  /** As {@link find}, with a hint that saves the search when it is right and costs little when it is not. */
  findHinted(view: DataView, offset: number, hint: number): Task | undefined {
    const task = this.tasks[hint];
    if (task !== undefined && this.ids.holds(hint, view, offset)) return task;
    return this.find(view, offset);
  }

  /** The slot that the next task gets. */
  nextSlot(): number {
    return this.free.at(-1) ?? this.tasks.length;
  }

  /** Puts a task, made for {@link nextSlot}, into its slot. */
  add(task: Task, view: DataView, offset: number): void {
    if (task.slot === this.tasks.length) this.tasks.push(task);
    else {
      this.free.pop();
      this.tasks[task.slot] = task;
    }
    this.ids.add(task.slot, view, offset);
  }

  /** Forgets a task; its slot goes to another. */
  remove({ slot }: Task): void {
    this.ids.remove(slot);
    this.tasks[slot] = undefined;
    this.free.push(slot);
  }

  *[Symbol.iterator](): Generator<Task> {
    for (const task of this.tasks) if (task !== undefined) yield task;
  }
}
