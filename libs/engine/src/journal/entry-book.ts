import { invariant } from '@penstock/runtime';

/** An entry that several need. */
interface SharedEntry {
  /** Tasks, or other entries, that need it. */
  needs: number;
  /** Its size, and bytes of it that tasks still need; 0 in an entry without contents. */
  readonly bytes: number;
  liveBytes: number;
  /** Of an entry that may become sparse: the tasks that it was written for. Some of them may not need it any more. */
  readonly slots: Uint32Array | undefined;
  /** Of an entry with contents: entries that are needed for as long as it lives, since they say which tasks are gone. */
  tombstones: number[] | undefined;
}

/** Stands for an entry that one alone needs. There may be as many as tasks, so it takes no object of its own. */
const SINGLE = 1;

const NO_SLOTS = new Uint32Array(0);

/** Which entries are still needed. What nobody needs is dropped with the next commit. */
export class EntryBook {
  private readonly entries = new Map<number, SharedEntry | typeof SINGLE>();
  private readonly dropped: number[] = [];
  /** Entries with contents that have become sparse, and the latest entry at that time; in that order. */
  private readonly sparse = new Map<number, number>();
  private latest = 0;

  /** Entries that live. */
  get size(): number {
    return this.entries.size;
  }

  /** An entry was appended that so many tasks need. */
  add(sequence: number, needs: number): void {
    this.latest = sequence;
    this.entries.set(sequence, needs === 1 ? SINGLE : shared(needs));
  }

  /** An entry with the contents of these tasks was appended. */
  addContents(sequence: number, bytes: number, slots: readonly number[]): void {
    this.latest = sequence;
    this.entries.set(sequence, slots.length === 1 ? SINGLE : shared(slots.length, bytes, slots));
  }

  /** One more needs an entry without contents that was found in the journal. */
  need(sequence: number): void {
    const entry = this.entries.get(sequence);
    if (entry === undefined) this.entries.set(sequence, SINGLE);
    else if (entry === SINGLE) this.entries.set(sequence, shared(2));
    else entry.needs += 1;
  }

  /** One less needs an entry; 0 = no entry. @returns whether it was the last one */
  release(sequence: number): boolean {
    if (sequence === 0) return false;
    const entry = this.entries.get(sequence);
    invariant(entry !== undefined, 'JRN-001', `entry ${sequence} is needed, so it lives`);
    if (entry !== SINGLE && --entry.needs > 0) return false;
    this.entries.delete(sequence);
    this.dropped.push(sequence);
    if (entry === SINGLE) return true;
    this.sparse.delete(sequence);
    for (const tombstone of entry.tombstones ?? []) this.release(tombstone);
    return true;
  }

  /** A task with so many bytes needs its entry of contents no longer. @returns whether it was the last one */
  releaseContent(sequence: number, bytes: number): boolean {
    if (this.release(sequence)) return true;
    const entry = this.entries.get(sequence);
    if (entry === undefined || entry === SINGLE) return false;
    entry.liveBytes -= bytes;
    if (isSparse(entry) && !this.sparse.has(sequence)) this.sparse.set(sequence, this.latest);
    return false;
  }

  /** Whether an entry lives. */
  has(sequence: number): boolean {
    return this.entries.has(sequence);
  }

  /** `tombstone` is needed for as long as `content` lives. */
  bury(content: number, tombstone: number): void {
    let entry = this.entries.get(content);
    invariant(entry !== undefined, 'JRN-002', 'an entry that lives has the contents of what is buried');
    if (entry === SINGLE) this.entries.set(content, (entry = shared(1)));
    const tombstones = (entry.tombstones ??= []);
    tombstones.push(tombstone);
  }

  /** Lets go of those of the entries found in the journal that nobody needs. */
  dropUnneeded(sequences: Iterable<number>): void {
    for (const sequence of sequences) if (!this.entries.has(sequence)) this.dropped.push(sequence);
  }

  /** Takes the entries that nobody needs since this was last asked. */
  takeDropped(): readonly number[] {
    return this.dropped.splice(0);
  }

  /** Takes an entry of which little has been needed for a while, with the tasks that it was written for. */
  takeSparse(): { readonly sequence: number; readonly slots: Uint32Array } | undefined {
    for (const [sequence, since] of this.sparse) {
      if (this.latest - since < SPARSE_ENTRIES) return undefined;
      this.sparse.delete(sequence);
      const entry = this.entries.get(sequence);
      return { sequence, slots: entry === SINGLE ? NO_SLOTS : (entry?.slots ?? NO_SLOTS) };
    }
    return undefined;
  }
}

/** Below this an entry takes a page of the disk whatever is in it. */
const SMALL_BYTES = 4_096;
/**
 * For so many further entries an entry stays sparse before its rest is written anew: tasks that were handed in together
 * mostly end together, and then nothing of it is needed soon.
 */
const SPARSE_ENTRIES = 256;

function shared(needs: number, bytes = 0, slots: readonly number[] = []): SharedEntry {
  return {
    needs,
    bytes,
    liveBytes: bytes,
    slots: bytes > SMALL_BYTES ? Uint32Array.from(slots) : undefined,
    tombstones: undefined,
  };
}

function isSparse({ bytes, liveBytes }: SharedEntry): boolean {
  return bytes > SMALL_BYTES && liveBytes < bytes / 4;
}
