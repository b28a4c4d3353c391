import type { Gate, Held } from './gate.js';
import type { SessionOutbox } from './session-outbox.js';

/** The outboxes of one port that have something to send; flushed once per turn. */
export class Egress {
  private pending: SessionOutbox[] = [];
  /** Of sessions whose welcome may not be out yet: what went before it would be of no session at the other end. */
  private readonly unwelcomed = new Set<SessionOutbox>();

  constructor(private readonly gate: Gate) {}

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

  /**
   * Sends what may be said at once, and the rest when the turn is durable.
   *
   * @param commit of the turn; `undefined` = it has none
   */
  flush(commit: Promise<void> | undefined): void {
    const { pending } = this;
    const held: Held[] = [];
    this.pending = [];
    for (const outbox of pending) {
      if (this.unwelcomed.has(outbox)) this.pending.push(outbox);
      else {
        const kept = outbox.flush();
        if (kept !== undefined) held.push(kept);
      }
    }
    if (held.length > 0 || commit !== undefined) this.gate.pass(held, commit);
  }
}
