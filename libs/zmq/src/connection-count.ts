import type { Clock } from '@penstock/runtime';

/** Longer than a handshake may take, with room for a machine that is late. */
const HANDSHAKE_MS = 8_000;
const SLICE_MS = 1_000;

interface Slice {
  readonly beganAt: number;
  accepted: number;
}

/**
 * Counts the connections of a bound socket, of those in their handshake apart. libzmq tells of each that is accepted, of
 * each that ends, and how its handshake went; but not which is which, and of bytes that are none of its protocol it tells
 * nothing until the connection is gone. What it must have been that long after is found out by time.
 */
export class ConnectionCount {
  private accepted = 0;
  private ended = 0;
  private shaken = 0;
  private failed = 0;
  private refused = 0;
  /** Those that were said to have failed, or were refused, and are still open for a moment. */
  private ending = 0;
  /** Handshakes that ended without a word. */
  private silent = 0;
  /** What was accepted of late, a slice of time each. */
  private readonly recent: Slice[] = [];

  constructor(private readonly clock: Clock) {}

  /** Connections that are open, in their handshake or past it. */
  get open(): number {
    return this.accepted - this.ended;
  }

  /** Of these, those that have not yet shaken hands: never fewer than there are for long. */
  get handshaking(): number {
    this.findSilent();
    return Math.min(this.open, this.unsettled - this.silent);
  }

  /** Connections that ended in their handshake, but for those that were refused. */
  get handshakesFailed(): number {
    this.findSilent();
    return this.failed + this.silent;
  }

  onAccepted(): void {
    const now = this.clock.monotonicMs();
    this.accepted++;
    this.forgetOld(now);
    const last = this.recent.at(-1);
    if (last !== undefined && now - last.beganAt < SLICE_MS) last.accepted++;
    else this.recent.push({ beganAt: now, accepted: 1 });
  }

  onEnded(): void {
    this.ended++;
    if (this.ending > 0) this.ending--;
  }

  onShaken(): void {
    this.shaken++;
  }

  onFailed(): void {
    this.failed++;
    this.ending++;
  }

  /** Whoever is asked about connections has turned one away. */
  onRefused(): void {
    this.refused++;
    this.ending++;
  }

  /** Accepted, and not known to be past the handshake or gone. */
  private get unsettled(): number {
    return this.accepted - this.shaken - this.failed - this.refused + this.ending;
  }

  /** No handshake takes that long: what is still unsettled is over, and was so without a word. */
  private findSilent(): void {
    this.forgetOld(this.clock.monotonicMs());
    const young = this.recent.reduce((sum, { accepted }) => sum + accepted, 0);
    this.silent = Math.min(
      this.unsettled,
      Math.max(this.silent, this.unsettled - Math.min(young, this.open)),
    );
  }

  private forgetOld(now: number): void {
    while (now - (this.recent[0]?.beganAt ?? now) > HANDSHAKE_MS + SLICE_MS) this.recent.shift();
  }
}
