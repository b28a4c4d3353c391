import type { ClientSession } from './session.js';

/** Who follows the progress of which task. */
export class ProgressWatchers {
  private readonly bySlot = new Map<number, Set<ClientSession>>();

  add(slot: number, session: ClientSession): void {
    const watchers = this.bySlot.get(slot) ?? new Set();
    for (const watcher of watchers) if (!watcher.isOpen) watchers.delete(watcher);
    watchers.add(session);
    this.bySlot.set(slot, watchers);
  }

  /** Those that follow the task at `slot`. */
  *of(slot: number): Generator<ClientSession> {
    for (const session of this.bySlot.get(slot) ?? []) if (session.isOpen) yield session;
  }

  /** The task at `slot` makes no progress any more. */
  drop(slot: number): void {
    if (this.bySlot.size > 0) this.bySlot.delete(slot);
  }
}
