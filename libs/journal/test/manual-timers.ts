import type { Timers } from '@penstock/runtime';

interface Alarm {
  readonly at: number;
  readonly callback: () => void;
}

/** Time that passes when a test says so. */
export class ManualTimers implements Timers {
  private readonly alarms = new Set<Alarm>();
  private now = 0;

  /** Alarms that are set. */
  get armed(): number {
    return this.alarms.size;
  }

  soon(callback: () => void): void {
    this.after(0, callback);
  }

  after(ms: number, callback: () => void): () => void {
    const alarm = { at: this.now + ms, callback };
    this.alarms.add(alarm);
    return () => this.alarms.delete(alarm);
  }

  /** Lets the next alarm go off; false = there is none. */
  next(): boolean {
    const [first] = [...this.alarms].toSorted((a, b) => a.at - b.at);
    if (first === undefined) return false;
    this.alarms.delete(first);
    this.now = first.at;
    first.callback();
    return true;
  }
}
