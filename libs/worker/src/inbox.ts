import { DispatchReader } from '@penstock/protocol/wire';

/** The attempts that were handed to this worker and wait, in the order in which they came; batches stay packed. */
export class Inbox {
  private readonly batches: (readonly Uint8Array[])[] = [];
  private readonly reader = new DispatchReader();
  private isOpen = false;

  push(frames: readonly Uint8Array[]): void {
    this.batches.push(frames);
  }

  get isEmpty(): boolean {
    return !this.isOpen && this.batches.length === 0;
  }

  /** The next attempt, valid until the next call; `undefined` when there is none. */
  next(): DispatchReader | undefined {
    for (;;) {
      if (this.isOpen && this.reader.next()) return this.reader;
      const frames = this.batches.shift();
      this.isOpen = frames !== undefined;
      if (frames === undefined) return undefined;
      this.reader.open(frames);
    }
  }
}
