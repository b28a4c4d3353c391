import type { SessionOutbox } from './session-outbox.js';

/** The outboxes that have something to send; flushed once per turn. */
export class Egress {
  private pending: SessionOutbox[] = [];

  /** Told by an outbox; bound, so that it can be handed over. */
  readonly onPending = (outbox: SessionOutbox): void => {
    outbox.isPending = true;
    this.pending.push(outbox);
  };

  flush(): void {
    const { pending } = this;
    if (pending.length === 0) return;
    this.pending = [];
    for (const outbox of pending) outbox.flush();
  }
}
