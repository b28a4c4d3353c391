import type { Chance } from './chance.js';
import { EventQueue } from './event-queue.js';
import type { Trace } from './trace.js';

/** Virtual time and what is to happen in it. Whatever happens in a simulation happens as an event of its world. */
export class World {
  private readonly queue = new EventQueue();
  private time = 0;
  private count = 0;

  constructor(
    readonly chance: Chance,
    readonly trace: Trace,
  ) {}

  /** What somebody found wrong where nobody would have heard it throw. */
  private failure: Error | undefined;

  /** Milliseconds since the simulation began. */
  get now(): number {
    return this.time;
  }

  /** Events that have happened. */
  get events(): number {
    return this.count;
  }

  /**
   * Plans an event.
   *
   * @param label what the trace calls it; empty = the event tells by itself what it does
   * @returns cancels it
   */
  after(ms: number, label: string, run: () => void): () => void {
    const event = this.queue.add(this.time + Math.max(0, ms), label, run);
    return () => {
      event.isCancelled = true;
    };
  }

  /** Ends the simulation with an error; for callbacks whose caller would swallow it. */
  fail(error: unknown): void {
    this.failure ??= error instanceof Error ? error : new Error(String(error));
  }

  /** @throws what was handed to {@link fail} */
  requireSound(): void {
    if (this.failure !== undefined) throw this.failure;
  }

  note(text: string): void {
    this.trace.note(this.time, text);
  }

  /**
   * Lets the next event happen, if it is due by `until`.
   *
   * @returns false when there is none
   */
  step(until: number): boolean {
    const event = this.queue.take(until);
    if (event === undefined) {
      this.time = until;
      return false;
    }
    this.time = event.at;
    this.count += 1;
    if (event.label !== '') this.note(event.label);
    event.run();
    return true;
  }
}
