import {
  backoffMs,
  deferred,
  invariant,
  systemTimers,
  type BackoffOptions,
  type Deferred,
  type Random,
  type Timers,
} from '@penstock/runtime';
import { encodeEntry } from './entry.js';
import { asJournalError, JournalError } from './journal-error.js';
import type { Durability, Journal, JournalEntry, OpenedJournal } from './journal.js';
import { RollCall } from './roll-call.js';
import type { StoreState } from './store-state.js';
import type { Store, StoredEntry, StoreWrite } from './store.js';

/** How a journal is told what it may do without. */
export interface GroupedJournalOptions {
  /** How it waits while the disk is full. */
  readonly timers?: Timers;
  readonly random?: Random;
  /** Called with true when there is no more {@link Journal.hasRoom room}, and with false when there is again. */
  readonly onFull?: (isFull: boolean) => void;
}

/** Groups that wait for each other are written together, up to about so many bytes. */
const WRITE_BYTES_MAX = 16 * 1024 * 1024;

/** While there is no room. */
const FULL_BACKOFF: BackoffOptions = { firstMs: 100, maxMs: 2_000 };

/** So much more than their bytes entries take at most, about, for a while. */
const OVERHEAD = 2;

/** Entries that are replayed in one go. */
const REPLAY_TURN = 1_000;

interface Group {
  readonly entries: readonly StoredEntry[];
  readonly drops: readonly number[];
  readonly bytes: number;
  readonly state: StoreState;
  readonly done: Deferred<void>;
}

/**
 * The part of a journal that all engines share: numbers, groups, their order, and what happens when the disk is full or
 * fails. While one write is under way the groups behind it gather, and make up the next: one sync for all of them.
 */
export class GroupedJournal implements Journal {
  private readonly timers: Timers;
  private readonly random: Random;
  private readonly onFull: (isFull: boolean) => void;

  private phase: 'new' | 'opening' | 'open' | 'closing' | 'closed' = 'new';
  private failure: JournalError | undefined;
  private epoch = 0;
  private next = 1;
  private live = new RollCall();

  private entries: StoredEntry[] = [];
  private drops: number[] = [];
  private bytes = 0;

  private readonly waiting: Group[] = [];
  /** Of the groups that are not written yet. */
  private waitingBytes = 0;
  private isFull = false;
  private writing: Promise<void> | undefined;
  private lastCommit: Promise<void> = Promise.resolve();
  private wake: (() => void) | undefined;
  private stopLooking: (() => void) | undefined;
  private closing: Promise<void> = Promise.resolve();

  constructor(
    private readonly store: Store,
    { timers = systemTimers, random = Math.random, onFull = () => undefined }: GroupedJournalOptions = {},
  ) {
    this.timers = timers;
    this.random = random;
    this.onFull = onFull;
  }

  get durability(): Durability {
    return this.store.durability;
  }

  get hasRoom(): boolean {
    return !this.isFull && OVERHEAD * (this.bytes + this.waitingBytes) <= this.store.room;
  }

  async open(): Promise<OpenedJournal> {
    invariant(this.phase === 'new', 'JNL-001', 'a journal is opened once');
    this.phase = 'opening';
    try {
      const { state, live, bytes } = await this.store.open();
      this.epoch = state.epoch;
      this.next = state.next;
      this.live = live;
      this.phase = 'open';
      this.noteRoom();
      return { epoch: state.epoch, entries: state.entries, bytes };
    } catch (error) {
      this.phase = 'closed';
      throw asJournalError(error);
    }
  }

  async *replay(): AsyncGenerator<JournalEntry> {
    this.mustBeOpen('JNL-002');
    let count = 0;
    for (const entry of this.store.read()) {
      yield entry;
      // A long replay lets others have their turn.
      if (++count % REPLAY_TURN === 0) await new Promise<void>((resolve) => this.timers.soon(resolve));
    }
  }

  append(kind: number, parts: readonly Uint8Array[]): number {
    this.mustBeOpen('JNL-003');
    const sequence = this.next++;
    const stored = encodeEntry(sequence, kind, parts);
    this.entries.push({ sequence, stored });
    this.bytes += stored.byteLength;
    this.live.add(sequence);
    return sequence;
  }

  drop(sequence: number): void {
    this.mustBeOpen('JNL-004');
    invariant(this.live.remove(sequence), 'JNL-005', `entry ${sequence} lives when it is dropped`);
    this.drops.push(sequence);
  }

  commit(): Promise<void> {
    if (this.failure !== undefined) return Promise.reject(this.failure);
    this.mustBeOpen('JNL-006');
    if (this.entries.length === 0 && this.drops.length === 0) return this.lastCommit;
    const { entries, drops, bytes, epoch, next, live } = this;
    const done = deferred<void>();
    const state = { epoch, next, entries: live.entries, digest: live.digest };
    this.waiting.push({ entries, drops, bytes, state, done });
    this.waitingBytes += bytes;
    this.entries = [];
    this.drops = [];
    this.bytes = 0;
    this.lastCommit = done.promise;
    this.stopLooking?.();
    this.writing ??= this.writeAll();
    return done.promise;
  }

  close(): Promise<void> {
    if (this.phase === 'open') this.closing = this.shut();
    return this.closing;
  }

  private async shut(): Promise<void> {
    this.phase = 'closing';
    this.wake?.();
    this.stopLooking?.();
    await this.writing;
    this.phase = 'closed';
    await this.store.close();
  }

  /**
   * Writes groups until none waits, and looks for room as long as there is none; one such loop is under way at a time. Never
   * rejects: the groups do.
   */
  private async writeAll(): Promise<void> {
    while (this.failure === undefined) {
      if (this.waiting.length > 0) await this.writeSome();
      else if (this.isFull && this.phase === 'open') await this.lookForRoom();
      else break;
    }
    this.writing = undefined;
  }

  private async writeSome(): Promise<void> {
    const groups = this.takeGroups();
    try {
      await this.writeWhenThereIsRoom(groups);
    } catch (error) {
      this.fail(asJournalError(error), groups);
      return;
    }
    for (const { done, bytes } of groups) {
      this.waitingBytes -= bytes;
      done.resolve();
    }
    this.noteRoom();
  }

  /** Somebody else may make room; or somebody has something to write, which ends the pause. */
  private async lookForRoom(): Promise<void> {
    await new Promise<void>((resolve) => {
      const cancel = this.timers.after(FULL_BACKOFF.maxMs, resolve);
      this.stopLooking = () => {
        cancel();
        resolve();
      };
    });
    this.stopLooking = undefined;
    if (this.waiting.length > 0 || this.phase !== 'open') return;
    try {
      await this.store.look();
      this.noteRoom();
    } catch (error) {
      this.fail(asJournalError(error), []);
    }
  }

  /** Takes note of how much room the store has; where it has none, room is looked for from now on. */
  private noteRoom(): void {
    this.setFull(this.store.room <= 0);
    if (this.isFull) this.writing ??= this.writeAll();
  }

  private setFull(isFull: boolean): void {
    if (isFull === this.isFull) return;
    this.isFull = isFull;
    this.onFull(isFull);
  }

  /** Those that go into one write, at least one. */
  private takeGroups(): Group[] {
    let count = 0;
    for (let bytes = 0; count < this.waiting.length && bytes < WRITE_BYTES_MAX; count++) {
      bytes += this.waiting[count]?.bytes ?? 0;
    }
    return this.waiting.splice(0, count);
  }

  /** Writes groups as one; of those that find no room together all but the first are put back. */
  private async writeWhenThereIsRoom(groups: Group[]): Promise<void> {
    for (let attempt = 0; ; attempt++) {
      try {
        await this.store.write(merge(groups));
        return;
      } catch (error) {
        const mayTryAgain =
          error instanceof JournalError && error.code === 'JOURNAL_FULL' && this.phase === 'open';
        if (!mayTryAgain) throw error;
        this.setFull(true);
      }
      if (groups.length > 1) this.waiting.unshift(...groups.splice(1));
      else await this.pause(backoffMs(attempt, FULL_BACKOFF, this.random));
    }
  }

  /** Waits, but no longer than until the journal is closed. */
  private pause(ms: number): Promise<void> {
    return new Promise((resolve) => {
      const cancel = this.timers.after(ms, resolve);
      this.wake = () => {
        cancel();
        resolve();
      };
    });
  }

  private fail(error: JournalError, groups: readonly Group[]): void {
    this.failure = error;
    for (const { done } of [...groups, ...this.waiting.splice(0)]) done.reject(error);
  }

  private mustBeOpen(id: string): void {
    if (this.failure !== undefined) throw this.failure;
    invariant(this.phase === 'open', id, `the journal is open, and not ${this.phase}`);
  }
}

function merge(groups: readonly Group[]): StoreWrite {
  const [first] = groups;
  const last = groups.at(-1);
  invariant(first !== undefined && last !== undefined, 'JNL-007', 'a write has a group');
  if (first === last) return first;
  return {
    entries: groups.flatMap(({ entries }) => entries),
    drops: groups.flatMap(({ drops }) => drops),
    state: last.state,
  };
}
