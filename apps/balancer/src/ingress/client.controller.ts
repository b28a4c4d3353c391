import { Controller, Inject, UseFilters } from '@nestjs/common';
import { Ctx, EventPattern, MessagePattern, Payload } from '@nestjs/microservices';
import { ClientIngress, Engine } from '@penstock/engine';
import { BatchPattern, PenstockErrorFilter, ZmqContext } from '@penstock/nestjs-zeromq';
import { Kind, Pattern, type CancelReply, type ClientWelcome, type TaskStatus } from '@penstock/protocol';
import { Gatekeeper } from '../sockets/gatekeeper.js';
import { CLIENTS } from '../sockets/transports.js';

/** What clients say: leads each message to where it is dealt with. */
@Controller()
@UseFilters(PenstockErrorFilter)
export class ClientController {
  private readonly ingress: ClientIngress;

  constructor(
    @Inject(Engine) engine: Engine,
    @Inject(Gatekeeper) private readonly gatekeeper: Gatekeeper,
  ) {
    this.ingress = new ClientIngress(engine, (caller) => gatekeeper.charge('clients', caller));
  }

  @MessagePattern(Pattern.clientHello, CLIENTS)
  hello(@Payload() data: unknown, @Ctx() context: ZmqContext): ClientWelcome {
    return this.ingress.hello(context, data, (incarnation, identity) =>
      this.gatekeeper.identify('clients', context.getPeer(), Pattern.clientHello, incarnation, identity),
    );
  }

  @BatchPattern(Kind.submit, CLIENTS)
  submit(@Payload() frames: Uint8Array[], @Ctx() context: ZmqContext): void {
    this.ingress.submit(context, frames);
  }

  @BatchPattern(Kind.collected, CLIENTS)
  collected(@Payload() frames: Uint8Array[], @Ctx() context: ZmqContext): void {
    this.ingress.collected(context, frames);
  }

  @MessagePattern(Pattern.clientStatus, CLIENTS)
  async status(@Payload() data: unknown, @Ctx() context: ZmqContext): Promise<TaskStatus[]> {
    return this.ingress.status(context, data);
  }

  @MessagePattern(Pattern.clientCancel, CLIENTS)
  async cancel(@Payload() data: unknown, @Ctx() context: ZmqContext): Promise<CancelReply> {
    return this.ingress.cancel(context, data);
  }

  @EventPattern<string>(Pattern.clientWatch, CLIENTS)
  watch(@Payload() data: unknown, @Ctx() context: ZmqContext): void {
    this.ingress.watch(context, data);
  }

  @EventPattern<string>(Pattern.heartbeat, CLIENTS)
  heartbeat(@Ctx() context: ZmqContext): void {
    this.ingress.heartbeat(context);
  }

  @EventPattern<string>(Pattern.clientGoodbye, CLIENTS)
  goodbye(@Ctx() context: ZmqContext): void {
    this.ingress.goodbye(context);
  }
}
