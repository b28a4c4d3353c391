import type { SessionOutbox } from './session-outbox.js';

/** The outboxes that have something to send; flushed once per turn. */
export class Egress {
  private pending: SessionOutbox[] = [];
  /** Of sessions whose welcome may not be out yet: what went before it would be of no session at the other end. */
  private readonly unwelcomed = new Set<SessionOutbox>();

  /** Told by an outbox; bound, so that it can be handed over. */
  readonly onPending = (outbox: SessionOutbox): void => {
    outbox.isPending = true;
    this.pending.push(outbox);
  };

  /** Holds a new session's outbox back until {@link welcomesAreOut}. */
  holdBack(outbox: SessionOutbox): void {
    this.unwelcomed.add(outbox);
  }

  /** The event loop has gone round since the last hello was answered. */
  welcomesAreOut(): void {
    this.unwelcomed.clear();
  }

  flush(): void {
    const { pending } = this;
    if (pending.length === 0) return;
    this.pending = [];
    for (const outbox of pending) {
      if (this.unwelcomed.has(outbox)) this.pending.push(outbox);
      else outbox.flush();
    }
  }
}
