import { Controller, Inject, UseFilters } from '@nestjs/common';
import { Ctx, EventPattern, MessagePattern, Payload } from '@nestjs/microservices';
import { Engine, HubIngress } from '@penstock/engine';
import { BatchPattern, PenstockErrorFilter, ZmqContext } from '@penstock/nestjs-zeromq';
import { Kind, Pattern, type HubWelcome } from '@penstock/protocol';
import { Gatekeeper } from '../sockets/gatekeeper.js';
import { HUBS } from '../sockets/transports.js';

/** What hubs say: leads each message to where it is dealt with. */
@Controller()
@UseFilters(PenstockErrorFilter)
export class HubController {
  private readonly ingress: HubIngress;

  constructor(
    @Inject(Engine) engine: Engine,
    @Inject(Gatekeeper) private readonly gatekeeper: Gatekeeper,
  ) {
    this.ingress = new HubIngress(engine);
  }

  @MessagePattern(Pattern.hubHello, HUBS)
  hello(@Payload() data: unknown, @Ctx() context: ZmqContext): HubWelcome {
    const welcome = this.ingress.hello(context, data, (incarnation, identity) =>
      this.gatekeeper.identify('hubs', context.getPeer(), Pattern.hubHello, incarnation, identity),
    );
    const { healthKeys } = this.gatekeeper;
    return healthKeys === undefined ? welcome : { ...welcome, healthKeys };
  }

  @BatchPattern(Kind.started, HUBS)
  started(@Payload() frames: Uint8Array[], @Ctx() context: ZmqContext): void {
    this.ingress.started(context, frames);
  }

  @BatchPattern(Kind.outcome, HUBS)
  outcome(@Payload() frames: Uint8Array[], @Ctx() context: ZmqContext): void {
    this.ingress.outcome(context, frames);
  }

  @EventPattern<string>(Pattern.hubHeartbeat, HUBS)
  heartbeat(@Payload() data: unknown, @Ctx() context: ZmqContext): void {
    this.ingress.heartbeat(context, data);
  }

  @EventPattern<string>(Pattern.heartbeat, HUBS)
  sign(@Ctx() context: ZmqContext): void {
    this.ingress.sign(context);
  }

  @EventPattern<string>(Pattern.hubCredit, HUBS)
  credit(@Payload() data: unknown, @Ctx() context: ZmqContext): void {
    this.ingress.credit(context, data);
  }

  @EventPattern<string>(Pattern.hubGroups, HUBS)
  groups(@Payload() data: unknown, @Ctx() context: ZmqContext): void {
    this.ingress.groups(context, data);
  }

  @EventPattern<string>(Pattern.hubProgress, HUBS)
  progress(@Payload() data: unknown, @Ctx() context: ZmqContext): void {
    this.ingress.progress(context, data);
  }

  @EventPattern<string>(Pattern.hubReturned, HUBS)
  returned(@Payload() data: unknown, @Ctx() context: ZmqContext): void {
    this.ingress.returned(context, data);
  }

  @EventPattern<string>(Pattern.hubLost, HUBS)
  lost(@Payload() data: unknown, @Ctx() context: ZmqContext): void {
    this.ingress.lost(context, data);
  }

  @EventPattern<string>(Pattern.hubGoodbye, HUBS)
  goodbye(@Payload() data: unknown, @Ctx() context: ZmqContext): void {
    this.ingress.goodbye(context, data);
  }
}
