/** After silence the sockets get a turn before it is believed: it may be this process that was asleep. */
const SECOND_LOOK_MS = 10;

/** Intervals of a session. */
export interface LivenessTerms {
  /** Something is sent at least this often. */
  readonly heartbeatMs: number;
  /** Silence for this long means that the other end is lost. */
  readonly lostMs: number;
}

/** When to send a heartbeat, and when to give the other end up: plain figures, no timer. All times monotonic. */
export class Liveness {
  private sentAt: number;
  private heardAt: number;
  private secondLookAt = Infinity;

  constructor(
    private readonly terms: LivenessTerms,
    now: number,
  ) {
    this.sentAt = now;
    this.heardAt = now;
  }

  /** When to look again; earlier does no harm. */
  get nextLookAt(): number {
    const silentAt = this.secondLookAt === Infinity ? this.heardAt + this.terms.lostMs : this.secondLookAt;
    return Math.min(this.sentAt + this.terms.heartbeatMs, silentAt);
  }

  onSent(now: number): void {
    this.sentAt = now;
  }

  onHeard(now: number): void {
    this.heardAt = now;
  }

  /** Whether a heartbeat is due. */
  isHeartbeatDue(now: number): boolean {
    return now - this.sentAt >= this.terms.heartbeatMs;
  }

  /** Whether the other end is lost: it was silent for too long, and still is at a second look. */
  isSilent(now: number): boolean {
    if (now - this.heardAt < this.terms.lostMs) {
      this.secondLookAt = Infinity;
      return false;
    }
    if (this.secondLookAt === Infinity) this.secondLookAt = now + SECOND_LOOK_MS;
    return now >= this.secondLookAt;
  }
}
