import type { ClientSession } from './session.js';

/**
 * Which sessions wait for which task. Nearly always it is the one that handed it in, so the first has an array of its
 * own. A session that has ended is not searched for here: it is skipped when its turn comes.
 */
export class Waiters {
  private readonly first: (ClientSession | undefined)[] = [];
  private readonly others = new Map<number, ClientSession[]>();

  /** Lets a session wait for the task at `slot`; false = it does already. */
  add(slot: number, session: ClientSession): boolean {
    const first = this.first[slot];
    if (first === session) return false;
    if (first === undefined || !first.isOpen) {
      this.first[slot] = session;
      return true;
    }
    const others = (this.others.get(slot) ?? []).filter(({ isOpen }) => isOpen);
    if (others.includes(session)) return false;
    this.others.set(slot, [...others, session]);
    return true;
  }

  /** Lets a session wait no longer; false = it did not. */
  remove(slot: number, session: ClientSession): boolean {
    if (this.first[slot] === session) {
      this.first[slot] = undefined;
      return true;
    }
    const others = this.others.get(slot);
    if (others === undefined || !others.includes(session)) return false;
    this.others.set(
      slot,
      others.filter((other) => other !== session),
    );
    return true;
  }

  /** Calls `tell` with each open session that waits for the task at `slot`. */
  forEach(slot: number, tell: (session: ClientSession) => void): void {
    const first = this.first[slot];
    if (first?.isOpen === true) tell(first);
    const others = this.others.get(slot);
    if (others === undefined) return;
    for (const session of others) if (session.isOpen) tell(session);
  }

  /** Nobody waits for the task at `slot` any more, which is forgotten. */
  drop(slot: number): void {
    this.first[slot] = undefined;
    if (this.others.size > 0) this.others.delete(slot);
  }
}
