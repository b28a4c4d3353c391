import { invariant } from '@penstock/runtime';
import type { Journal, JournalEntry, OpenedJournal } from './journal.js';
import { RollCall } from './roll-call.js';

/**
 * The journal of a balancer that promises no more than its own life: it gives numbers, commits at once, and keeps
 * nothing, so there is nothing to replay.
 */
export class MemoryJournal implements Journal {
  readonly durability = 'memory';
  readonly hasRoom = true;
  private readonly live = new RollCall();
  private next = 1;
  private phase: 'new' | 'open' | 'closed' = 'new';

  open(): Promise<OpenedJournal> {
    invariant(this.phase === 'new', 'JNL-011', 'a journal is opened once');
    this.phase = 'open';
    return Promise.resolve({ epoch: 1, entries: 0, bytes: 0 });
  }

  async *replay(): AsyncGenerator<JournalEntry> {
    this.mustBeOpen('JNL-012');
    yield* [];
  }

  append(): number {
    this.mustBeOpen('JNL-013');
    const sequence = this.next++;
    this.live.add(sequence);
    return sequence;
  }

  drop(sequence: number): void {
    this.mustBeOpen('JNL-014');
    invariant(this.live.remove(sequence), 'JNL-015', `entry ${sequence} lives when it is dropped`);
  }

  commit(): Promise<void> {
    this.mustBeOpen('JNL-016');
    return COMMITTED;
  }

  close(): Promise<void> {
    this.phase = 'closed';
    return COMMITTED;
  }

  private mustBeOpen(id: string): void {
    invariant(this.phase === 'open', id, `the journal is open, and not ${this.phase}`);
  }
}

const COMMITTED = Promise.resolve();
