import {
  hubCreditSchema,
  hubGoodbyeSchema,
  hubGroupsSchema,
  hubHeartbeatSchema,
  hubHelloSchema,
  hubLostSchema,
  hubProgressSchema,
  hubReturnedSchema,
  parseMessage,
  Pattern,
  type HubWelcome,
} from '@penstock/protocol';
import type { Engine } from '../engine.js';
import type { HubSession } from '../session.js';
import type { Identify, Origin } from './origin.js';

/**
 * What hubs say, message by message, as whatever transport hands it on: decoded as far as its envelope, its data as it
 * came. A batch is one message. Each may throw a PenstockError that says what is wrong with the message.
 */
export class HubIngress {
  constructor(private readonly engine: Engine) {}

  hello(origin: Origin, data: unknown, identify?: Identify): HubWelcome {
    const { engine } = this;
    const hello = parseMessage(hubHelloSchema, data, Pattern.hubHello);
    const principal = identify?.(hello.incarnation, hello.identity);
    engine.wake();
    return engine.hubs.hello(origin.getPeer(), hello, engine.now(), principal);
  }

  started(origin: Origin, frames: Uint8Array[]): void {
    this.withSession(origin, (session) => this.engine.hubs.started(session, frames, this.engine.now()));
  }

  outcome(origin: Origin, frames: Uint8Array[]): void {
    this.withSession(origin, (session) => this.engine.hubs.outcome(session, frames, this.engine.now()));
  }

  heartbeat(origin: Origin, data: unknown): void {
    const heartbeat = parseMessage(hubHeartbeatSchema, data, Pattern.hubHeartbeat);
    this.withSession(origin, (session) => this.engine.hubs.heartbeat(session, heartbeat));
  }

  /** That it lives, and nothing else. */
  sign(origin: Origin): void {
    this.withSession(origin, () => undefined);
  }

  credit(origin: Origin, data: unknown): void {
    const credit = parseMessage(hubCreditSchema, data, Pattern.hubCredit);
    this.withSession(origin, (session) => this.engine.hubs.credit(session, credit));
  }

  groups(origin: Origin, data: unknown): void {
    const { groups } = parseMessage(hubGroupsSchema, data, Pattern.hubGroups);
    this.withSession(origin, (session) => this.engine.hubs.setGroups(session, groups));
  }

  progress(origin: Origin, data: unknown): void {
    const progress = parseMessage(hubProgressSchema, data, Pattern.hubProgress);
    this.withSession(origin, (session) => this.engine.hubs.progress(session, progress));
  }

  returned(origin: Origin, data: unknown): void {
    const returned = parseMessage(hubReturnedSchema, data, Pattern.hubReturned);
    this.withSession(origin, (session) => this.engine.hubs.returned(session, returned, this.engine.now()));
  }

  lost(origin: Origin, data: unknown): void {
    const lost = parseMessage(hubLostSchema, data, Pattern.hubLost);
    this.withSession(origin, (session) => this.engine.hubs.lost(session, lost, this.engine.now()));
  }

  goodbye(origin: Origin, data: unknown): void {
    const { reason } = parseMessage(hubGoodbyeSchema, data, Pattern.hubGoodbye);
    this.withSession(origin, (session) => this.engine.hubs.goodbye(session, reason, this.engine.now()));
  }

  /** @param act applies the message; it may tell how many records that were */
  private withSession(origin: Origin, act: (session: HubSession) => number | void): void {
    const session = this.engine.hubs.heard(origin.getSession(), origin.getPeer(), this.engine.now());
    if (session !== undefined) this.engine.wake(act(session) ?? 1);
  }
}
