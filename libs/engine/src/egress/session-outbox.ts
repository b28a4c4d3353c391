import { encodeEnvelope, type BatchWriter, type SessionId } from '@penstock/protocol';
import type { Held } from './gate.js';
import type { PeerSender } from './peer-sender.js';

/**
 * All that goes out to one session: gathered over a turn, then sent, a message per kind. What must not be unsaid is
 * handed to the gate instead.
 */
export abstract class SessionOutbox {
  private readonly events: Uint8Array[] = [];
  /** Those that must wait until the turn is durable. */
  private readonly keptEvents: Uint8Array[] = [];
  private held: (readonly Uint8Array[])[] = [];
  /** Whether something was sent since this was last asked; a session that heard nothing needs a heartbeat. */
  private hasSent = false;

  /**
   * @param onPending told when there is something to flush
   */
  constructor(
    private readonly sender: PeerSender,
    private readonly peer: Uint8Array,
    protected readonly session: SessionId,
    private readonly onPending: (outbox: SessionOutbox) => void,
  ) {}

  /** Set by the {@link Egress} while this waits for its flush. */
  isPending = false;

  /**
   * Sends all that was gathered and may be said at once: batches first, since an event may speak of what they carry.
   *
   * @returns what must wait until the turn is durable
   */
  flush(): Held | undefined {
    this.isPending = false;
    this.flushBatches();
    for (const event of this.events.splice(0)) this.send([event]);
    for (const event of this.keptEvents.splice(0)) this.held.push([event]);
    if (this.held.length === 0) return undefined;
    const { sender, peer, held } = this;
    this.held = [];
    this.hasSent = true;
    return { sender, peer, messages: held };
  }

  /** Adds an event to what this turn sends. @param isKept whether it must wait until the turn is durable */
  event(pattern: string, data: unknown, isKept = false): void {
    const events = isKept ? this.keptEvents : this.events;
    events.push(encodeEnvelope({ pattern, data }, this.session));
    if (!this.isPending) this.onPending(this);
  }

  /** Whether nothing went out since the last time that this was asked. */
  wasSilent(): boolean {
    const wasSilent = !this.hasSent;
    this.hasSent = false;
    return wasSilent;
  }

  protected abstract flushBatches(): void;

  /**
   * Makes room in a writer for a record whose payload has `payloadBytes`.
   *
   * @param isKept whether what the writer gathers must wait until the turn is durable
   */
  protected prepare(writer: BatchWriter, payloadBytes: number, isKept: boolean): void {
    if (writer.mustTakeBefore(payloadBytes)) this.flushWriter(writer, isKept);
    if (!this.isPending) this.onPending(this);
  }

  protected flushWriter(writer: BatchWriter, isKept: boolean): void {
    const message = writer.take(this.session);
    if (message === undefined) return;
    if (isKept) this.held.push(message);
    else this.send(message);
  }

  private send(frames: readonly Uint8Array[]): void {
    this.hasSent = true;
    this.sender.send(this.peer, frames);
  }
}
