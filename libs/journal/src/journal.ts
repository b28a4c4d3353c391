/** What an acknowledgement may say of what a journal has committed. */
export type Durability = 'memory' | 'disk';

/** An entry as it is replayed. */
export interface JournalEntry {
  readonly sequence: number;
  /** What it was appended as; the journal does not look at it. */
  readonly kind: number;
  /** The bytes of its parts, one after the other. They are the caller's. */
  readonly bytes: Uint8Array;
}

/** What was found when a journal was opened. */
export interface OpenedJournal {
  /** One more than at the last open; 1 for a new journal. */
  readonly epoch: number;
  /** Entries that live. */
  readonly entries: number;
  /** Bytes of their parts. */
  readonly bytes: number;
}

/**
 * Keeps entries of bytes that must not be forgotten, and knows nothing of what they mean.
 *
 * Entries and drops are gathered, and become durable in groups: `commit` closes one, all of it or nothing. There is one
 * writer, who gives the numbers; another one that opens the same journal ends the commits of this one (JOURNAL_FENCED).
 * All but `open` and `close` want an open journal.
 */
export interface Journal {
  /** What a resolved commit means: the disk has it, or only this process. */
  readonly durability: Durability;

  /**
   * Whether there is room for what can as well be refused. It is false well before the disk is full: what was let in must
   * be able to end, and nothing else makes room.
   */
  readonly hasRoom: boolean;

  /**
   * Takes the journal for this process alone and checks every entry.
   *
   * @throws JournalError JOURNAL_IN_USE, JOURNAL_DAMAGED, JOURNAL_NEWER, JOURNAL_FULL or JOURNAL_FAILED
   */
  open(): Promise<OpenedJournal>;

  /**
   * The entries that live, in the order of their numbers: what is durable when it is called. May be called again.
   *
   * @throws JournalError JOURNAL_DAMAGED when an entry has been damaged since the journal was opened
   */
  replay(): AsyncIterable<JournalEntry>;

  /**
   * Gathers an entry. Its parts are copied before this returns.
   *
   * @param kind 0 to 255
   * @returns its number, one more than that of the last; none that was committed is ever given again, over all opens
   * @throws JournalError why commits fail, once they do
   */
  append(kind: number, parts: readonly Uint8Array[]): number;

  /**
   * Gathers that an entry is no longer needed.
   *
   * @throws InvariantError when no such entry lives
   * @throws JournalError why commits fail, once they do
   */
  drop(sequence: number): void;

  /**
   * Closes the group of what was gathered since the last commit. Groups become durable in this order, several may be
   * under way, and one with nothing in it waits for those before it. While the disk is full it waits.
   *
   * @throws JournalError JOURNAL_FENCED or JOURNAL_FAILED; every later commit does the same, and nobody knows whether
   *   the group is on the disk. JOURNAL_FULL when the journal is closed while the disk is full
   */
  commit(): Promise<void>;

  /** Waits for the groups that are under way; what was gathered and not committed is dropped. Harmless when closed. */
  close(): Promise<void>;
}
