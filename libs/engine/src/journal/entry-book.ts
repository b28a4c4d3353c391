import { invariant } from '@penstock/runtime';

/** An entry that lives in the journal. */
interface LiveEntry {
  readonly bytes: number;
  /** Tasks, or other entries, that need it. */
  needs: number;
  /** Bytes of it that those still need; only entries with tasks' contents count them. */
  liveBytes: number;
  /** Of an entry with contents: the tasks that it was written for. Some of them may not need it any more. */
  readonly slots: Uint32Array | undefined;
  /** Of an entry with contents: entries that are needed for as long as it lives, since they say which tasks are gone. */
  tombstones: number[] | undefined;
}

const NO_SLOTS = new Uint32Array(0);

/** Which entries are still needed. What nobody needs is dropped with the next commit. */
export class EntryBook {
  private readonly entries = new Map<number, LiveEntry>();
  private readonly dropped: number[] = [];
  /** Entries with contents that have become sparse. */
  private readonly sparse = new Set<number>();

  /** Entries that live. */
  get size(): number {
    return this.entries.size;
  }

  /** An entry was appended that so many tasks need. */
  add(sequence: number, bytes: number, needs: number): void {
    this.entries.set(sequence, { bytes, needs, liveBytes: bytes, slots: undefined, tombstones: undefined });
  }

  /** An entry with the contents of these tasks was appended. */
  addContents(sequence: number, bytes: number, slots: Uint32Array): void {
    this.entries.set(sequence, {
      bytes,
      needs: slots.length,
      liveBytes: bytes,
      slots,
      tombstones: undefined,
    });
  }

  /** One more needs an entry that was found in the journal. */
  need(sequence: number, bytes: number): void {
    const entry = this.entries.get(sequence);
    if (entry === undefined) this.add(sequence, bytes, 1);
    else entry.needs += 1;
  }

  /** One less needs an entry; 0 = no entry. @returns whether it was the last one */
  release(sequence: number): boolean {
    if (sequence === 0) return false;
    const entry = this.entries.get(sequence);
    invariant(entry !== undefined, 'JRN-001', `entry ${sequence} is needed, so it lives`);
    entry.needs -= 1;
    if (entry.needs > 0) return false;
    this.entries.delete(sequence);
    this.sparse.delete(sequence);
    this.dropped.push(sequence);
    for (const tombstone of entry.tombstones ?? []) this.release(tombstone);
    return true;
  }

  /** A task with so many bytes needs its entry of contents no longer. @returns whether it was the last one */
  releaseContent(sequence: number, bytes: number): boolean {
    if (this.release(sequence)) return true;
    const entry = this.entries.get(sequence);
    if (entry === undefined) return false;
    entry.liveBytes -= bytes;
    if (isSparse(entry)) this.sparse.add(sequence);
    return false;
  }

  /** Whether an entry lives. */
  has(sequence: number): boolean {
    return this.entries.has(sequence);
  }

  /** `tombstone` is needed for as long as `content` lives. */
  bury(content: number, tombstone: number): void {
    const entry = this.entries.get(content);
    invariant(entry !== undefined, 'JRN-002', 'an entry that lives has the contents of what is buried');
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

  /** Takes an entry of which little is needed, with the tasks that it was written for. */
  takeSparse(): { readonly sequence: number; readonly slots: Uint32Array } | undefined {
    for (const sequence of this.sparse) {
      this.sparse.delete(sequence);
      return { sequence, slots: this.entries.get(sequence)?.slots ?? NO_SLOTS };
    }
    return undefined;
  }
}

/** Below this an entry takes a page of the disk whatever is in it. */
const SMALL_BYTES = 4_096;

function isSparse({ bytes, liveBytes }: LiveEntry): boolean {
  return bytes > SMALL_BYTES && liveBytes < bytes / 4;
}
