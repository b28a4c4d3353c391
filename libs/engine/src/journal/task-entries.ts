import type { EntryBook } from './entry-book.js';
import { SlotNumbers } from './slot-numbers.js';

/** Which entries tell of each task, by its slot; 0 = none. */
export class TaskEntries {
  /** The entry with the task's contents. */
  readonly content = new SlotNumbers();
  /** Those that told last of its dispatch, its outcome, its state since. */
  readonly dispatchedIn = new SlotNumbers();
  readonly endedIn = new SlotNumbers();
  readonly stateIn = new SlotNumbers();

  constructor(private readonly book: EntryBook) {}

  /** Whether anything was told of a task since its contents. */
  isTold(slot: number): boolean {
    return this.dispatchedIn.at(slot) !== 0 || this.endedIn.at(slot) !== 0 || this.stateIn.at(slot) !== 0;
  }

  /** Nothing was told yet of a task whose contents are in an entry. */
  begin(slot: number, content: number): void {
    this.content.set(slot, content);
    this.dispatchedIn.set(slot, 0);
    this.endedIn.set(slot, 0);
    this.stateIn.set(slot, 0);
  }

  /** Nothing that was told of a task since its contents counts any more. */
  forgetTold(slot: number): void {
    this.forgetDispatch(slot);
    this.book.release(this.endedIn.at(slot));
    this.endedIn.set(slot, 0);
    this.book.release(this.stateIn.at(slot));
    this.stateIn.set(slot, 0);
  }

  forgetDispatch(slot: number): void {
    this.book.release(this.dispatchedIn.at(slot));
    this.dispatchedIn.set(slot, 0);
  }
}
