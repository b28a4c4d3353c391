import type { Task } from '@penstock/scheduler';

/** What a record takes beside its payload. */
const RECORD_BYTES = 64;

/**
 * How many results a client may have been sent and not collected: over so many bytes the others wait here, as tasks whose
 * results are kept once, until it collects. Otherwise all results for a client that does not read would pile up in its
 * socket, where nothing bounds them, even when the tasks have long been forgotten.
 *
 * Sizes are taken off in the order in which they were sent, whatever is collected: a client collects each result that it
 * gets, so that in the end they agree, also for one that was sent twice or of a task that is forgotten.
 */
export class ResultFlow {
  private sizes: number[] = [];
  private head = 0;
  private bytes = 0;
  private readonly waiting = new Set<Task>();

  constructor(private readonly bytesMax: number) {}

  /** Bytes that were sent and not collected. */
  get sentBytes(): number {
    return this.bytes;
  }

  /** Results that wait. */
  get held(): number {
    return this.waiting.size;
  }

  /** Whether the result of a task may be sent now; otherwise it waits here. One may always be sent, however large. */
  takes(task: Task, payloadBytes: number): boolean {
    if (this.waiting.size > 0 || !this.hasRoom(payloadBytes)) {
      this.waiting.add(task);
      return false;
    }
    this.sent(payloadBytes);
    return true;
  }

  /** A result is sent. */
  sent(payloadBytes: number): void {
    const size = payloadBytes + RECORD_BYTES;
    this.sizes.push(size);
    this.bytes += size;
  }

  /** One result has been collected. */
  collected(): void {
    const size = this.sizes[this.head];
    if (size === undefined) return;
    this.bytes -= size;
    this.head += 1;
    if (this.head < 1_024 || this.head * 2 < this.sizes.length) return;
    this.sizes = this.sizes.slice(this.head);
    this.head = 0;
  }

  /** The first task that waits, if there is room for a result of such a size; it waits no longer. */
  next(payloadBytesOf: (task: Task) => number): Task | undefined {
    for (const task of this.waiting) {
      if (!this.hasRoom(payloadBytesOf(task))) return undefined;
      this.waiting.delete(task);
      return task;
    }
    return undefined;
  }

  /** Nobody waits for the result of a task any more. */
  forget(task: Task): void {
    if (this.waiting.size > 0) this.waiting.delete(task);
  }

  private hasRoom(payloadBytes: number): boolean {
    return this.bytes === 0 || this.bytes + payloadBytes + RECORD_BYTES <= this.bytesMax;
  }
}
