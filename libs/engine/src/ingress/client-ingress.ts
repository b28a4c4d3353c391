import {
  clientCancelSchema,
  clientHelloSchema,
  clientStatusSchema,
  clientWatchSchema,
  parseMessage,
  Pattern,
  PenstockError,
  type CancelReply,
  type ClientWelcome,
  type TaskStatus,
} from '@penstock/protocol';
import type { Engine } from '../engine.js';
import type { Principal } from '../principal.js';
import type { ClientSession } from '../session.js';
import type { Identify, Origin } from './origin.js';

/**
 * What clients say, message by message, as whatever transport hands it on: decoded as far as its envelope, its data as it
 * came. A batch is one message.
 */
export class ClientIngress {
  /** @param charge told whose each call is that a session makes; what it throws refuses the call */
  constructor(
    private readonly engine: Engine,
    private readonly charge: (caller: Principal) => void = () => undefined,
  ) {}

  /** @throws PenstockError `INVALID_MESSAGE`, `UNSUPPORTED_VERSION`, or why it is not let in */
  hello(origin: Origin, data: unknown, identify?: Identify): ClientWelcome {
    const { engine } = this;
    const hello = parseMessage(clientHelloSchema, data, Pattern.clientHello);
    const principal = identify?.(hello.incarnation, hello.identity);
    engine.wake();
    return engine.clients.hello(origin.getPeer(), hello, engine.now(), principal);
  }

  /** @throws PenstockError `MALFORMED_FRAME`, `TOO_LARGE` */
  submit(origin: Origin, frames: Uint8Array[]): void {
    this.withSession(origin, (session) => this.engine.clients.submit(session, frames, this.engine.now()));
  }

  /** @throws PenstockError `MALFORMED_FRAME`, `TOO_LARGE` */
  collected(origin: Origin, frames: Uint8Array[]): void {
    this.withSession(origin, (session) => this.engine.clients.collected(session, frames, this.engine.now()));
  }

  /** @throws PenstockError `SESSION_UNKNOWN`, `INVALID_MESSAGE` */
  async status(origin: Origin, data: unknown): Promise<TaskStatus[]> {
    const { principal } = this.requireSession(origin);
    const { taskIds } = parseMessage(clientStatusSchema, data, Pattern.clientStatus);
    const status = this.engine.clients.status(taskIds, principal);
    await this.engine.durable();
    return status;
  }

  /** @throws PenstockError `SESSION_UNKNOWN`, `INVALID_MESSAGE` */
  async cancel(origin: Origin, data: unknown): Promise<CancelReply> {
    const { principal } = this.requireSession(origin);
    const { taskId } = parseMessage(clientCancelSchema, data, Pattern.clientCancel);
    const reply = this.engine.clients.cancel(taskId, this.engine.now(), principal);
    this.engine.wake();
    await this.engine.durable();
    return reply;
  }

  /** @throws PenstockError `INVALID_MESSAGE` */
  watch(origin: Origin, data: unknown): void {
    const { taskIds } = parseMessage(clientWatchSchema, data, Pattern.clientWatch);
    this.withSession(origin, (session) => this.engine.clients.watch(session, taskIds));
  }

  heartbeat(origin: Origin): void {
    this.session(origin);
  }

  goodbye(origin: Origin): void {
    this.withSession(origin, (session) => this.engine.clients.goodbye(session, this.engine.now()));
  }

  private session(origin: Origin): ClientSession | undefined {
    return this.engine.clients.heard(origin.getSession(), origin.getPeer(), this.engine.now());
  }

  /** @param act applies the message; it may tell how many records that were */
  private withSession(origin: Origin, act: (session: ClientSession) => number | void): void {
    const session = this.session(origin);
    if (session !== undefined) this.engine.wake(act(session) ?? 1);
  }

  private requireSession(origin: Origin): ClientSession {
    const session = this.session(origin);
    if (session?.principal !== undefined) this.charge(session.principal);
    if (session !== undefined) return session;
    throw new PenstockError('SESSION_UNKNOWN', 'this session is not open here: say hello again');
  }
}
