import { TASK_ID_BYTES } from '@penstock/protocol';
import type { EntryBook } from './entry-book.js';
import { EntryBytes } from './entry-bytes.js';

/** Ids of tasks that were forgotten in this turn, each with the entry that has its contents. */
export class Graves {
  private readonly ids = new EntryBytes();
  private readonly contents: number[] = [];
  private readonly living = new EntryBytes();

  /** The task with the id at `offset` is forgotten; the entry `content` lives on for others. */
  add(content: number, idView: DataView, offset: number): void {
    this.ids.id(idView, offset);
    this.contents.push(content);
  }

  /**
   * Takes the ids whose entries still live: where an entry is gone nothing need be said of its tasks.
   *
   * @returns the entries, and the ids one after the other, until the next ones are taken
   */
  take(book: EntryBook): { readonly contents: ReadonlySet<number>; readonly ids: Uint8Array } {
    const all = this.ids.take();
    const view = new DataView(all.buffer, all.byteOffset, all.byteLength);
    const contents = new Set<number>();
    for (const [index, content] of this.contents.entries()) {
      if (!book.has(content)) continue;
      contents.add(content);
      this.living.id(view, index * TASK_ID_BYTES);
    }
    this.contents.length = 0;
    return { contents, ids: this.living.take() };
  }
}
