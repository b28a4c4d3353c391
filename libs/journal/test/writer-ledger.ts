import { expect } from 'vitest';
import type { Journal } from '../src/journal.js';
import type { WriterLine } from './processes.js';

interface Group {
  readonly appended: readonly number[];
  readonly dropped: readonly number[];
  isCommitted: boolean;
}

/** What writers have said of their groups, against what a journal has. */
export class WriterLedger {
  /** Codes of refused commits. */
  readonly refusals: string[] = [];
  private readonly groups: Group[] = [];
  private readonly there = new Set<number>();
  private base = 0;
  private commits = 0;

  /** Commits that were told since the last writer began. */
  get committed(): number {
    return this.commits;
  }

  /** Another writer begins to count at zero. */
  onWriter(): void {
    this.base = this.groups.length;
    this.commits = 0;
  }

  onLine(line: WriterLine): void {
    if ('group' in line) {
      const { appended, dropped } = line;
      this.groups[this.base + line.group] = { appended, dropped, isCommitted: false };
    } else if ('committed' in line) {
      const group = this.groups[this.base + line.committed];
      if (group !== undefined) group.isCommitted = true;
      this.commits += 1;
    } else this.refusals.push(line.code);
  }

  /**
   * Expects every group whose commit was told, and of each of the others all or nothing; and nothing else.
   *
   * @returns how many commits are there that were not told
   */
  async expectAllIn(journal: Journal): Promise<number> {
    const found = new Set<number>();
    for await (const { sequence } of journal.replay()) found.add(sequence);
    let untold = 0;
    for (const { appended, dropped, isCommitted } of this.groups.splice(0)) {
      // A later group may drop what this one appended. Whether this one came to the disk, its first entry says, or else
      // that a later one did.
      const isThere = isCommitted || appended.some((sequence) => found.has(sequence));
      if (!isThere) continue;
      if (!isCommitted) untold += 1;
      for (const sequence of appended) this.there.add(sequence);
      for (const sequence of dropped) this.there.delete(sequence);
    }
    expect([...found].toSorted((a, b) => a - b)).toEqual([...this.there].toSorted((a, b) => a - b));
    return untold;
  }
}
