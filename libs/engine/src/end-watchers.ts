import type { Task } from '@penstock/scheduler';

/** Whoever waits in this process for a task to end. */
export class EndWatchers {
  private readonly bySlot = new Map<number, Set<() => void>>();

  /** Calls `tell` once when the task ends. @returns takes it back */
  add({ slot }: Task, tell: () => void): () => void {
    const watchers = this.bySlot.get(slot) ?? new Set();
    watchers.add(tell);
    this.bySlot.set(slot, watchers);
    return () => watchers.delete(tell);
  }

  onEnded({ slot }: Task): void {
    if (this.bySlot.size === 0) return;
    const watchers = this.bySlot.get(slot);
    this.bySlot.delete(slot);
    for (const tell of watchers ?? []) tell();
  }
}
