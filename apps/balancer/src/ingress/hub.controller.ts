import { Controller, Inject, UseFilters } from '@nestjs/common';
import { Ctx, EventPattern, MessagePattern, Payload } from '@nestjs/microservices';
import { BatchPattern, PenstockErrorFilter, ZmqContext } from '@penstock/nestjs-zeromq';
import {
  hubCreditSchema,
  hubGoodbyeSchema,
  hubGroupsSchema,
  hubHeartbeatSchema,
  hubHelloSchema,
  hubLostSchema,
  hubProgressSchema,
  hubReturnedSchema,
  Kind,
  parseMessage,
  Pattern,
  type HubWelcome,
} from '@penstock/protocol';
import { Engine, type HubSession } from '@penstock/engine';
import { Gatekeeper } from '../sockets/gatekeeper.js';
import { HUBS } from '../sockets/transports.js';

/** What hubs say, message by message. A batch is one message. */
@Controller()
@UseFilters(PenstockErrorFilter)
export class HubController {
  constructor(
    @Inject(Engine) private readonly engine: Engine,
    @Inject(Gatekeeper) private readonly gatekeeper: Gatekeeper,
  ) {}

  @MessagePattern(Pattern.hubHello, HUBS)
  hello(@Payload() data: unknown, @Ctx() context: ZmqContext): HubWelcome {
    const hello = parseMessage(hubHelloSchema, data, Pattern.hubHello);
    const { incarnation, identity } = hello;
    const principal = this.gatekeeper.identify('hubs', Pattern.hubHello, incarnation, identity);
    this.engine.wake();
    const welcome = this.engine.hubs.hello(context.getPeer(), hello, this.engine.now(), principal);
    const { healthKeys } = this.gatekeeper;
    return healthKeys === undefined ? welcome : { ...welcome, healthKeys };
  }

  @BatchPattern(Kind.started, HUBS)
  started(@Payload() frames: Uint8Array[], @Ctx() context: ZmqContext): void {
    this.withSession(context, (session) => this.engine.hubs.started(session, frames, this.engine.now()));
  }

  @BatchPattern(Kind.outcome, HUBS)
  outcome(@Payload() frames: Uint8Array[], @Ctx() context: ZmqContext): void {
    this.withSession(context, (session) => this.engine.hubs.outcome(session, frames, this.engine.now()));
  }

  @EventPattern<string>(Pattern.hubHeartbeat, HUBS)
  heartbeat(@Payload() data: unknown, @Ctx() context: ZmqContext): void {
    const heartbeat = parseMessage(hubHeartbeatSchema, data, Pattern.hubHeartbeat);
    this.withSession(context, (session) => this.engine.hubs.heartbeat(session, heartbeat));
  }

  @EventPattern<string>(Pattern.heartbeat, HUBS)
  sign(@Ctx() context: ZmqContext): void {
    this.withSession(context, () => undefined);
  }

  @EventPattern<string>(Pattern.hubCredit, HUBS)
  credit(@Payload() data: unknown, @Ctx() context: ZmqContext): void {
    const credit = parseMessage(hubCreditSchema, data, Pattern.hubCredit);
    this.withSession(context, (session) => this.engine.hubs.credit(session, credit));
  }

  @EventPattern<string>(Pattern.hubGroups, HUBS)
  groups(@Payload() data: unknown, @Ctx() context: ZmqContext): void {
    const { groups } = parseMessage(hubGroupsSchema, data, Pattern.hubGroups);
    this.withSession(context, (session) => this.engine.hubs.setGroups(session, groups));
  }

  @EventPattern<string>(Pattern.hubProgress, HUBS)
  progress(@Payload() data: unknown, @Ctx() context: ZmqContext): void {
    const progress = parseMessage(hubProgressSchema, data, Pattern.hubProgress);
    this.withSession(context, (session) => this.engine.hubs.progress(session, progress));
  }

  @EventPattern<string>(Pattern.hubReturned, HUBS)
  returned(@Payload() data: unknown, @Ctx() context: ZmqContext): void {
    const returned = parseMessage(hubReturnedSchema, data, Pattern.hubReturned);
    this.withSession(context, (session) => this.engine.hubs.returned(session, returned, this.engine.now()));
  }

  @EventPattern<string>(Pattern.hubLost, HUBS)
  lost(@Payload() data: unknown, @Ctx() context: ZmqContext): void {
    const lost = parseMessage(hubLostSchema, data, Pattern.hubLost);
    this.withSession(context, (session) => this.engine.hubs.lost(session, lost, this.engine.now()));
  }

  @EventPattern<string>(Pattern.hubGoodbye, HUBS)
  goodbye(@Payload() data: unknown, @Ctx() context: ZmqContext): void {
    const { reason } = parseMessage(hubGoodbyeSchema, data, Pattern.hubGoodbye);
    this.withSession(context, (session) => this.engine.hubs.goodbye(session, reason, this.engine.now()));
  }

  /** @param act applies the message; it may tell how many records that were */
  private withSession(context: ZmqContext, act: (session: HubSession) => number | void): void {
    const session = this.engine.hubs.heard(context.getSession(), context.getPeer(), this.engine.now());
    if (session === undefined) return;
    this.engine.wake(act(session) ?? 1);
  }
}
