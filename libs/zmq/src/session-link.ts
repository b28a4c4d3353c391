import {
  encodeEnvelope,
  isCall,
  NO_SESSION,
  Pattern,
  PenstockError,
  type Envelope,
  type EnvelopeCall,
  type Head,
  type SessionId,
} from '@penstock/protocol';
import { backoffMs, deferred, invariant, systemClock, type Clock } from '@penstock/runtime';
import { DealerSocket } from './dealer-socket.js';
import { readIncoming, type Incoming } from './incoming.js';
import { Liveness } from './liveness.js';
import { PendingCalls, type Waiter } from './pending-calls.js';
import { ReadyGate } from './ready-gate.js';
import type {
  Dealer,
  LossReason,
  OpenDealer,
  SessionLinkCloseOptions,
  SessionLinkCounters,
  SessionLinkOptions,
} from './session-link-options.js';
import { WakeUp } from './wake-up.js';

/**
 * The states of a link. It changes only through the `enter…` methods, which assert where they come from:
 *
 * ```
 * idle ──▶ connecting ──▶ live          idle        before start()
 *              ▲   │        │           connecting  a socket; the hello waits for its connection or its answer
 *              │   ▼        ▼           live        welcomed: messages flow, heartbeats both ways
 *              └── lost ◀───┘           lost        no socket, nothing sent; the next try is due at `retryAt`
 *        (all) ──▶ closed               closed      for good, by close() or because the balancer refused us
 * ```
 *
 * Each try has a socket of its own, so that whatever an earlier one still had queued dies with it.
 */
type State =
  | { readonly kind: 'idle' }
  | { readonly kind: 'connecting'; readonly socket: Dealer }
  | {
      readonly kind: 'live';
      readonly socket: Dealer;
      readonly session: SessionId;
      readonly liveness: Liveness;
      readonly since: number;
    }
  | { readonly kind: 'lost'; readonly retryAt: number }
  | { readonly kind: 'closed'; readonly error: PenstockError };

const openRealDealer: OpenDealer = (options) => new DealerSocket(options);

const BACKOFF = { firstMs: 100, maxMs: 5_000 };
const HELLO_TIMEOUT_MS = 5_000;
const GOODBYE_LINGER_MS = 500;

/** Holds a session with a balancer: hello, heartbeats, loss, hello again; see PROTOCOL.md, "Sessions". */
export class SessionLink {
  private state: State = { kind: 'idle' };
  private readonly clock: Clock;
  private readonly wakeUp: WakeUp;
  private readonly calls = new PendingCalls();
  private readonly gate = new ReadyGate();
  private readonly tally = { received: 0, sent: 0, malformed: 0, stale: 0, lost: 0 };
  /** Tries since the last session that lasted; the first retry is immediate. */
  private tries = 0;
  /** Why the last hello was not welcomed. */
  private refusal: PenstockError | undefined;

  constructor(private readonly options: SessionLinkOptions) {
    this.clock = options.clock ?? systemClock;
    this.wakeUp = new WakeUp(this.clock, (now) => this.onWake(now), options.timers);
  }

  get live(): boolean {
    return this.state.kind === 'live';
  }

  /** The session that frames must name; `NO_SESSION` unless live. */
  get session(): SessionId {
    return this.state.kind === 'live' ? this.state.session : NO_SESSION;
  }

  get counters(): SessionLinkCounters {
    return this.tally;
  }

  /** @throws PenstockError `INVALID_ADDRESS` */
  start(): void {
    invariant(this.state.kind === 'idle', 'ZMQ-003', 'a link is started once');
    this.enterConnecting();
  }

  /**
   * Sends frames whose heads name {@link session}.
   *
   * @returns false when not live: nothing was sent
   */
  send(frames: readonly Uint8Array[]): boolean {
    if (this.state.kind !== 'live') return false;
    this.state.liveness.onSent(this.clock.monotonicMs());
    this.tally.sent++;
    this.state.socket.send(frames);
    return true;
  }

  /**
   * Sends an event.
   *
   * @returns false when not live: nothing was sent
   * @throws PenstockError `INVALID_MESSAGE` or `TOO_LARGE`
   */
  event(pattern: string, data: unknown): boolean {
    return this.live && this.send([encodeEnvelope({ pattern, data }, this.session)]);
  }

  /**
   * Sends a call and waits for the last of its answers.
   *
   * @throws PenstockError `CONNECTION_LOST` when not live, or lost before the answer; `DEADLINE_EXCEEDED`; `CLOSED`;
   *   `OUTBOX_FULL`, `INVALID_MESSAGE` or `TOO_LARGE`; or what the balancer answers
   */
  async call(pattern: string, data: unknown, timeoutMs: number): Promise<unknown> {
    if (this.state.kind === 'closed') throw this.state.error;
    if (!this.live) {
      throw new PenstockError('CONNECTION_LOST', `there is no session with ${this.options.endpoint} now`);
    }
    const answer = deferred<unknown>();
    const waiter = { onResponse: answer.resolve, onError: answer.reject };
    this.send([this.openCall(pattern, data, timeoutMs, waiter)]);
    return answer.promise;
  }

  /**
   * Resolves once live.
   *
   * @param timeoutMs default: as long as it takes
   * @throws PenstockError `DEADLINE_EXCEEDED`, `CLOSED`, or why the balancer refused us
   */
  async ready(timeoutMs = Infinity): Promise<void> {
    if (this.state.kind === 'closed') throw this.state.error;
    if (this.live) return undefined;
    const deadline = this.clock.monotonicMs() + timeoutMs;
    const live = this.gate.wait(deadline);
    this.wakeUp.noLaterThan(deadline);
    return live;
  }

  /** Closes for good: whoever waits is failed with `CLOSED`. May be called in any state, more than once. */
  close({ goodbyePattern, reason = 'closed', lingerMs }: SessionLinkCloseOptions = {}): void {
    if (goodbyePattern !== undefined) this.event(goodbyePattern, { reason });
    this.enterClosed(
      new PenstockError('CLOSED', `the link to ${this.options.endpoint} was closed`),
      lingerMs ?? (goodbyePattern === undefined ? 0 : GOODBYE_LINGER_MS),
    );
  }

  private enterConnecting(): void {
    invariant(
      this.state.kind === 'idle' || this.state.kind === 'lost',
      'ZMQ-004',
      'a try follows start or loss',
    );
    const { endpoint, maxMessageBytes, curve, openDealer = openRealDealer } = this.options;
    const socket: Dealer = openDealer({
      endpoint,
      ...(maxMessageBytes === undefined ? {} : { maxMessageBytes }),
      ...(curve === undefined ? {} : { curve }),
      onMessage: (frames) => this.onMessage(frames),
      onConnected: () => this.sendHello(socket),
      onDisconnected: () => this.onDisconnected(),
      onRefused: (error) => {
        if (this.isConnecting(socket)) this.onRefused(error);
      },
      onError: this.options.onError,
    });
    socket.connect();
    this.state = { kind: 'connecting', socket };
    if (!socket.tellsConnection) this.sendHello(socket);
  }

  private enterLive(socket: Dealer, data: unknown): void {
    const terms = this.options.onWelcome(data);
    // The owner may have closed the link in its callback.
    if (!this.isConnecting(socket)) return;
    const now = this.clock.monotonicMs();
    const liveness = new Liveness(terms, now);
    this.state = { kind: 'live', socket, session: terms.session, liveness, since: now };
    this.refusal = undefined;
    this.wakeUp.noLaterThan(liveness.nextLookAt);
    this.gate.open();
  }

  /**
   * From a try that failed or a session that is gone.
   *
   * @returns the delay until the next try
   */
  private enterLost(why: PenstockError): number {
    const { state } = this;
    invariant(state.kind !== 'idle' && state.kind !== 'closed', 'ZMQ-005', 'what never was cannot be lost');
    const backoff = this.options.backoff ?? BACKOFF;
    const now = this.clock.monotonicMs();
    if (state.kind === 'live' && now - state.since >= backoff.maxMs) this.tries = 0;
    const delayMs = this.tries === 0 ? 0 : backoffMs(this.tries - 1, backoff, this.options.random);
    this.tries++;
    this.state = { kind: 'lost', retryAt: now + delayMs };
    if (state.kind !== 'lost') state.socket.close();
    this.calls.failAll(why);
    this.wakeUp.noLaterThan(now + delayMs);
    return delayMs;
  }

  private enterClosed(error: PenstockError, lingerMs = 0): void {
    const { state } = this;
    if (state.kind === 'closed') return;
    this.state = { kind: 'closed', error };
    this.wakeUp.stop();
    if (state.kind === 'connecting' || state.kind === 'live') state.socket.close(lingerMs);
    this.calls.failAll(error);
    this.gate.fail(error);
  }

  /** The one timer: does what is due, and says when the next thing is. */
  private onWake(now: number): number {
    if (this.state.kind === 'lost' && this.state.retryAt <= now) this.retry();
    if (this.state.kind === 'live') this.keepAlive(this.state.liveness, now);
    const next = Math.min(this.calls.expire(now), this.gate.expire(now, this.options.endpoint, this.refusal));
    switch (this.state.kind) {
      case 'live':
        return Math.min(next, this.state.liveness.nextLookAt);
      case 'lost':
        return Math.min(next, this.state.retryAt);
      case 'closed':
        return Infinity;
      default:
        return next;
    }
  }

  private retry(): void {
    try {
      this.enterConnecting();
    } catch (error) {
      // No more sockets or files, say: that may pass.
      this.onRefused(new PenstockError('INTERNAL', 'no socket could be opened', { cause: error }));
    }
  }

  private keepAlive(liveness: Liveness, now: number): void {
    if (liveness.isSilent(now)) this.lose('silence');
    else if (liveness.isHeartbeatDue(now)) {
      this.guard(() => {
        const { pattern, data } = this.options.heartbeat?.() ?? { pattern: Pattern.heartbeat, data: {} };
        this.event(pattern, data);
      });
      // Also when the owner's hook failed: it is asked again at the next interval, not at once.
      liveness.onSent(now);
    }
  }

  private sendHello(socket: Dealer): void {
    if (!this.isConnecting(socket)) return;
    const timeoutMs = this.options.helloTimeoutMs ?? HELLO_TIMEOUT_MS;
    const waiter: Waiter = {
      onResponse: (data) => this.tryOrRefuse(() => this.enterLive(socket, data)),
      onError: (error) => {
        if (this.isConnecting(socket)) this.onRefused(error);
      },
    };
    this.tryOrRefuse(() => {
      const hello = this.options.hello();
      // The owner may have closed the link in its callback.
      if (!this.isConnecting(socket)) return;
      socket.send([this.openCall(this.options.helloPattern, hello, timeoutMs, waiter)]);
    });
  }

  /** Runs a step of the hello that calls the owner, whose failure is a failure of the hello. */
  private tryOrRefuse(step: () => void): void {
    try {
      step();
    } catch (error) {
      if (error instanceof PenstockError) this.onRefused(error);
      else {
        this.options.onError(error);
        this.onRefused(
          new PenstockError('INTERNAL', `hello or welcome failed: ${String(error)}`, { cause: error }),
        );
      }
    }
  }

  private isConnecting(socket: Dealer): boolean {
    return this.state.kind === 'connecting' && this.state.socket === socket;
  }

  private openCall(pattern: string, data: unknown, timeoutMs: number, waiter: Waiter): Uint8Array {
    const id = this.calls.nextId();
    const frame = encodeEnvelope({ pattern, data, id }, this.session);
    const deadline = this.clock.monotonicMs() + timeoutMs;
    this.calls.open(id, pattern, deadline, waiter);
    this.wakeUp.noLaterThan(deadline);
    return frame;
  }

  private onMessage(frames: Uint8Array[]): void | Promise<void> {
    let incoming: Incoming;
    try {
      incoming = readIncoming(frames);
    } catch (error) {
      this.tally.malformed++;
      // A balancer of another version answers our hello in a form that cannot be read.
      const isOtherVersion = error instanceof PenstockError && error.code === 'UNSUPPORTED_VERSION';
      if (isOtherVersion && this.state.kind === 'connecting') this.onRefused(error);
      return undefined;
    }
    const { head, envelope } = incoming;
    if (!this.isOfSession(head, envelope)) {
      this.tally.stale++;
      return undefined;
    }
    this.tally.received++;
    if (this.state.kind === 'live') this.state.liveness.onHeard(this.clock.monotonicMs());
    return envelope === undefined ? this.options.onBatch(head.kind, frames) : this.onEnvelope(envelope);
  }

  /** An envelope may come without a session: before the welcome, and where the balancer has none to name. */
  private isOfSession({ epoch, number }: Head, envelope: Envelope | undefined): boolean {
    const { session } = this;
    const isOurs = this.live && epoch === session.epoch && number === session.number;
    const isNone = epoch === NO_SESSION.epoch && number === NO_SESSION.number;
    return isOurs || (envelope !== undefined && (isNone || this.state.kind === 'connecting'));
  }

  private onEnvelope(envelope: Envelope): void {
    if (!isCall(envelope)) {
      if (!this.calls.settle(envelope)) this.tally.stale++;
    } else if (this.live) {
      this.onLiveEnvelope(envelope);
    } else if (envelope.pattern === Pattern.protocolError) {
      this.onRefused(PenstockError.fromWire(envelope.data));
    }
  }

  private onLiveEnvelope(envelope: EnvelopeCall): void {
    switch (envelope.pattern) {
      case Pattern.heartbeat:
        return;
      case Pattern.sessionUnknown:
      case Pattern.sessionEnded:
        this.lose(envelope.pattern);
        return;
      default:
        this.options.onEnvelope(envelope);
    }
  }

  private onDisconnected(): void {
    if (this.live) this.lose('disconnected');
    else
      this.onRefused(new PenstockError('CONNECTION_LOST', `${this.options.endpoint} hung up on our hello`));
  }

  private lose(reason: LossReason): void {
    const { endpoint, onLost } = this.options;
    this.tally.lost++;
    this.enterLost(new PenstockError('CONNECTION_LOST', `the session with ${endpoint} was lost: ${reason}`));
    this.guard(() => onLost(reason));
  }

  /** A hello was not welcomed. What another hello would not change ends the link. */
  private onRefused(error: PenstockError): void {
    if (this.state.kind === 'closed') return;
    this.refusal = error;
    if (error.retryable || error.code === 'INTERNAL') {
      const delayMs = this.enterLost(error);
      this.guard(() => this.options.onHelloFailed?.(error, delayMs));
    } else {
      this.enterClosed(error);
      this.guard(() => this.options.onFailed(error));
    }
  }

  /** What the owner's code throws is its own trouble, not the link's. */
  private guard(callback: () => void): void {
    try {
      callback();
    } catch (error) {
      this.options.onError(error);
    }
  }
}
