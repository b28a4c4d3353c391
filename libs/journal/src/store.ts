import type { Durability, JournalEntry } from './journal.js';
import type { RollCall } from './roll-call.js';
import type { StoreState } from './store-state.js';

/** What one write changes, all of it or nothing: entries first, then drops. */
export interface StoreWrite {
  readonly entries: readonly StoredEntry[];
  readonly drops: readonly number[];
  /** What is true once it is written. */
  readonly state: StoreState;
}

/** An entry and its bytes; see encodeEntry. */
export interface StoredEntry {
  readonly sequence: number;
  readonly stored: Uint8Array;
}

/** What a store has when it is opened, checked. */
export interface StoreContents {
  /** Its epoch is the new one, which is stored. */
  readonly state: StoreState;
  readonly live: RollCall;
  /** Bytes of the parts of all entries. */
  readonly bytes: number;
}

/** Where {@link GroupedJournal} keeps entries. It is asked for one write at a time. */
export interface Store {
  readonly durability: Durability;
  /**
   * Bytes that may come as of the last write or look, with enough behind them for what makes room; 0 = none. Infinity =
   * nothing is known of a bound.
   */
  readonly room: number;
  /** Takes the store, checks all that is in it, and begins the next epoch. A store that throws here is closed. */
  open(): Promise<StoreContents>;
  /** Entries that are durable, in order, each checked. */
  read(): Iterable<JournalEntry>;
  /**
   * Resolves when the write is durable.
   *
   * @throws JournalError JOURNAL_FULL: nothing was written, and the same write may be tried again; all others are final
   */
  write(write: StoreWrite): Promise<void>;
  /** Finds out how much room there is by now. */
  look(): Promise<void>;
  close(): Promise<void>;
}
