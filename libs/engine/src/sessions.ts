import { PenstockError, type SessionId } from '@penstock/protocol';
import type { Principal } from './principal.js';
import type { Session } from './session.js';

/** When a session is given up. */
export interface SessionTimes {
  /** Something is sent at least this often. */
  readonly heartbeatMs: number;
  /** Silence for this long ends a session. */
  readonly lostMs: number;
  /** A session whose connection broke waits this long for its peer to come back. */
  readonly graceMs: number;
}

/** How many sessions may be open at a time. */
export interface SessionBounds {
  readonly sessions: number;
  /** Of one key. */
  readonly sessionsPerKey: number;
}

/** What was refused since the start. */
export interface SessionRefusals {
  /** Messages in a session that is not open, or not on the connection on which they came. */
  readonly strays: number;
  /** Hellos that found as many sessions open as may be. */
  readonly sessions: number;
  /** Hellos that found as many open of their key. */
  readonly sessionsPerKey: number;
}

/** The open sessions. Knows when they are over; what follows from that is for {@link onEnded} to say. */
export class Sessions<Role extends Session> {
  private readonly sessions = new Map<number, Role>();
  private readonly byIncarnation = new Map<string, Role>();
  /** Nearly always one a connection. */
  private readonly byPeer = new Map<string, Set<Role>>();
  private readonly openPerKey = new Map<string, number>();
  private nextHeartbeatAt: number;
  private readonly tally = { strays: 0, sessions: 0, sessionsPerKey: 0 };

  /**
   * @param nextNumber a number of 32 bits, not 0; asked again when it is taken
   * @param onEnded told of each session that is given up, with the reason in words
   */
  constructor(
    private readonly epoch: number,
    private readonly times: SessionTimes,
    private readonly bounds: SessionBounds,
    now: number,
    private readonly nextNumber: () => number,
    private readonly onEnded: (session: Role, reason: string, now: number) => void,
  ) {
    this.nextHeartbeatAt = now + times.heartbeatMs;
  }

  get size(): number {
    return this.sessions.size;
  }

  get refusals(): SessionRefusals {
    return this.tally;
  }

  [Symbol.iterator](): IterableIterator<Role> {
    return this.sessions.values();
  }

  /** A number that no open session has. */
  freeNumber(): number {
    for (;;) {
      const number = this.nextNumber();
      if (!this.sessions.has(number)) return number;
    }
  }

  /** A session by what names it, if it is open. */
  find({ epoch, number }: SessionId): Role | undefined {
    return epoch === this.epoch ? this.sessions.get(number) : undefined;
  }

  /** The session of a process, whatever its connection. */
  ofIncarnation(incarnation: string): Role | undefined {
    return this.byIncarnation.get(incarnation);
  }

  /**
   * There is room for one more session.
   *
   * @throws PenstockError `TOO_MANY_SESSIONS`
   */
  requireRoom(principal: Principal | undefined): void {
    const { sessions, sessionsPerKey } = this.bounds;
    if (this.sessions.size >= sessions) {
      this.tally.sessions += 1;
      throw new PenstockError(
        'TOO_MANY_SESSIONS',
        `${sessions} sessions are open already, as many as may be`,
      );
    }
    if (principal !== undefined && (this.openPerKey.get(principal.key) ?? 0) >= sessionsPerKey) {
      this.tally.sessionsPerKey += 1;
      throw new PenstockError(
        'TOO_MANY_SESSIONS',
        `the key ${principal.name} has ${sessionsPerKey} sessions open already, as many as it may`,
      );
    }
  }

  add(session: Role): void {
    this.count(session.principal, 1);
    this.sessions.set(session.number, session);
    this.byIncarnation.set(session.incarnation, session);
    const name = nameOf(session.peer);
    const beside = this.byPeer.get(name);
    if (beside === undefined) this.byPeer.set(name, new Set([session]));
    else beside.add(session);
  }

  /** Removes a session without a word: its peer goes on in another one. */
  replace(session: Role): void {
    session.isOpen = false;
    if (this.sessions.delete(session.number)) this.count(session.principal, -1);
    if (this.byIncarnation.get(session.incarnation) === session)
      this.byIncarnation.delete(session.incarnation);
    const name = nameOf(session.peer);
    const beside = this.byPeer.get(name);
    beside?.delete(session);
    if (beside?.size === 0) this.byPeer.delete(name);
  }

  /** The session that a frame names, heard of just now; `undefined` when it is not open, or not on this connection. */
  heard(id: SessionId, peer: Uint8Array, now: number): Role | undefined {
    const session = this.find(id);
    if (session === undefined || !isSamePeer(session.peer, peer)) {
      this.tally.strays += 1;
      return undefined;
    }
    session.lastHeardAt = now;
    return session;
  }

  /** Gives a session up. */
  end(session: Role, reason: string, now: number): void {
    this.replace(session);
    this.onEnded(session, reason, now);
  }

  /** Gives up those whose keys are admitted no more. */
  endUnless(isAdmitted: (session: Role) => boolean, now: number): void {
    for (const session of [...this.sessions.values()])
      if (!isAdmitted(session)) this.end(session, 'its key is not admitted any more', now);
  }

  /** The open session on a connection. */
  ofPeer(peer: Uint8Array): Role | undefined {
    const [session] = this.byPeer.get(nameOf(peer)) ?? [];
    return session;
  }

  /** A connection could not be written to: it is gone. Its session gets a grace. */
  onUnreachable(peer: Uint8Array, now: number): Role | undefined {
    for (const session of this.byPeer.get(nameOf(peer)) ?? []) {
      if (session.disconnectedAt !== undefined) continue;
      session.disconnectedAt = now;
      return session;
    }
    return undefined;
  }

  /** Ends what is lost, and gives the others a sign of life where they have heard nothing for a while. */
  tick(now: number, heartbeat: (session: Role) => void): void {
    if (now < this.nextHeartbeatAt) return;
    this.forgivePause(now - this.nextHeartbeatAt);
    this.nextHeartbeatAt = now + this.times.heartbeatMs;
    for (const session of this.sessions.values()) {
      const { lastHeardAt, disconnectedAt } = session;
      if (disconnectedAt !== undefined && now - disconnectedAt >= this.times.graceMs) {
        this.end(session, 'its connection broke and it did not come back', now);
      } else if (now - lastHeardAt >= this.times.lostMs) {
        this.end(session, `nothing was heard of it for ${Math.round(now - lastHeardAt)} ms`, now);
      } else if (session.outbox.wasSilent()) heartbeat(session);
    }
  }

  /**
   * When we ourselves were held up (a stopped process, a sleeping machine), what peers said meanwhile is still unread:
   * that time does not count against them.
   */
  private forgivePause(lateMs: number): void {
    if (lateMs < this.times.heartbeatMs) return;
    for (const session of this.sessions.values()) {
      session.lastHeardAt += lateMs;
      if (session.disconnectedAt !== undefined) session.disconnectedAt += lateMs;
    }
  }

  private count(principal: Principal | undefined, change: 1 | -1): void {
    if (principal === undefined) return;
    const open = (this.openPerKey.get(principal.key) ?? 0) + change;
    if (open === 0) this.openPerKey.delete(principal.key);
    else this.openPerKey.set(principal.key, open);
  }

  nextDeadline(): number | undefined {
    return this.sessions.size === 0 ? undefined : this.nextHeartbeatAt;
  }
}

function isSamePeer(a: Uint8Array, b: Uint8Array): boolean {
  return Buffer.compare(a, b) === 0;
}

/** A connection as the key of a map. */
function nameOf(peer: Uint8Array): string {
  return Buffer.from(peer.buffer, peer.byteOffset, peer.byteLength).toString('latin1');
}
