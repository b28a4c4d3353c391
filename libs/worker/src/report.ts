import {
  NO_SESSION,
  OutcomeWriter,
  StartedWriter,
  type LeaseNumbers,
  type OutcomeStatus,
} from '@penstock/protocol/wire';
import type { Attempt } from './attempt.js';
import type { Link } from './link/link.js';
import type { EncodedValue } from './payload.js';

/** Tells the hub what began and what ended: at each flush, and when a batch is full. */
export class Report {
  private readonly starts = new StartedWriter();
  private readonly outcomes = new OutcomeWriter();
  /** Begun since the last flush; who has also ended by the next one needs no `started`. */
  private begun: Attempt[] = [];

  constructor(
    private readonly link: Link,
    private readonly worker: string,
    private readonly isRunning: (attempt: Attempt) => boolean,
  ) {}

  /** Whether an outcome waits to be sent. */
  get isHolding(): boolean {
    return this.outcomes.count > 0;
  }

  /** A handler runs on after this turn. */
  started(attempt: Attempt): void {
    this.begun.push(attempt);
  }

  ended(
    idView: DataView,
    idOffset: number,
    lease: LeaseNumbers,
    status: OutcomeStatus,
    { contentType, payload }: EncodedValue,
    runMs: number,
    flags: number,
  ): void {
    if (this.outcomes.mustTakeBefore(payload.length)) this.flush();
    const { worker } = this;
    this.outcomes.add(idView, idOffset, lease, { status, contentType, worker, runMs, payload, flags });
    if (this.outcomes.isFull) this.flush();
  }

  /** Sends what is collected. */
  flush(): void {
    if (this.begun.length > 0) this.announce();
    const outcomes = this.outcomes.take(NO_SESSION);
    if (outcomes !== undefined) this.link.send(outcomes);
  }

  private announce(): void {
    for (const attempt of this.begun) {
      if (this.isRunning(attempt)) this.starts.add(attempt.view, attempt.record, attempt, this.worker);
    }
    this.begun = [];
    const starts = this.starts.take(NO_SESSION);
    if (starts !== undefined) this.link.send(starts);
  }
}
