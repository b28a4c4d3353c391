import type { HeldTask } from './held-task.js';

const NONE: readonly HeldTask[] = [];

/** Tasks with a time each, in monotonic milliseconds. The earliest is known without a look at all of them. */
export class Deadlines {
  private readonly times = new Map<HeldTask, number>();
  private earliest = Infinity;

  /** When something is due: never too late, and too early where what was earliest is gone. Infinity = never. */
  get next(): number {
    return this.earliest;
  }

  has(task: HeldTask): boolean {
    return this.times.has(task);
  }

  set(task: HeldTask, at: number): void {
    this.times.set(task, at);
    if (at < this.earliest) this.earliest = at;
  }

  delete(task: HeldTask): void {
    if (this.times.delete(task) && this.times.size === 0) this.earliest = Infinity;
  }

  /** Takes out the tasks whose time has come. */
  takeDue(now: number): readonly HeldTask[] {
    if (now < this.earliest) return NONE;
    const due: HeldTask[] = [];
    this.earliest = Infinity;
    for (const [task, at] of this.times) {
      if (at <= now) {
        due.push(task);
        this.times.delete(task);
      } else if (at < this.earliest) this.earliest = at;
    }
    return due;
  }
}
