import { Controller, Inject, UseFilters } from '@nestjs/common';
import { Ctx, EventPattern, MessagePattern, Payload } from '@nestjs/microservices';
import { BatchPattern, PenstockErrorFilter, ZmqContext } from '@penstock/nestjs-zeromq';
import {
  clientCancelSchema,
  clientHelloSchema,
  clientStatusSchema,
  clientWatchSchema,
  Kind,
  parseMessage,
  Pattern,
  PenstockError,
  type CancelReply,
  type ClientWelcome,
  type TaskStatus,
} from '@penstock/protocol';
import { Engine, type ClientSession } from '@penstock/engine';
import { Gatekeeper } from '../sockets/gatekeeper.js';
import { CLIENTS } from '../sockets/transports.js';

/** What clients say, message by message. A batch is one message. */
@Controller()
@UseFilters(PenstockErrorFilter)
export class ClientController {
  constructor(
    @Inject(Engine) private readonly engine: Engine,
    @Inject(Gatekeeper) private readonly gatekeeper: Gatekeeper,
  ) {}

  @MessagePattern(Pattern.clientHello, CLIENTS)
  hello(@Payload() data: unknown, @Ctx() context: ZmqContext): ClientWelcome {
    const hello = parseMessage(clientHelloSchema, data, Pattern.clientHello);
    const { incarnation, identity } = hello;
    const principal = this.gatekeeper.identify('clients', Pattern.clientHello, incarnation, identity);
    this.engine.wake();
    return this.engine.clients.hello(context.getPeer(), hello, this.engine.now(), principal);
  }

  @BatchPattern(Kind.submit, CLIENTS)
  submit(@Payload() frames: Uint8Array[], @Ctx() context: ZmqContext): void {
    this.withSession(context, (session) => this.engine.clients.submit(session, frames, this.engine.now()));
  }

  @BatchPattern(Kind.collected, CLIENTS)
  collected(@Payload() frames: Uint8Array[], @Ctx() context: ZmqContext): void {
    this.withSession(context, (session) => this.engine.clients.collected(session, frames, this.engine.now()));
  }

  @MessagePattern(Pattern.clientStatus, CLIENTS)
  async status(@Payload() data: unknown, @Ctx() context: ZmqContext): Promise<TaskStatus[]> {
    const { principal } = this.requireSession(context);
    const { taskIds } = parseMessage(clientStatusSchema, data, Pattern.clientStatus);
    const status = this.engine.clients.status(taskIds, principal);
    await this.engine.durable();
    return status;
  }

  @MessagePattern(Pattern.clientCancel, CLIENTS)
  async cancel(@Payload() data: unknown, @Ctx() context: ZmqContext): Promise<CancelReply> {
    const { principal } = this.requireSession(context);
    const { taskId } = parseMessage(clientCancelSchema, data, Pattern.clientCancel);
    const reply = this.engine.clients.cancel(taskId, this.engine.now(), principal);
    this.engine.wake();
    await this.engine.durable();
    return reply;
  }

  @EventPattern<string>(Pattern.clientWatch, CLIENTS)
  watch(@Payload() data: unknown, @Ctx() context: ZmqContext): void {
    const { taskIds } = parseMessage(clientWatchSchema, data, Pattern.clientWatch);
    this.withSession(context, (session) => this.engine.clients.watch(session, taskIds));
  }

  @EventPattern<string>(Pattern.heartbeat, CLIENTS)
  heartbeat(@Ctx() context: ZmqContext): void {
    this.session(context);
  }

  @EventPattern<string>(Pattern.clientGoodbye, CLIENTS)
  goodbye(@Ctx() context: ZmqContext): void {
    this.withSession(context, (session) => this.engine.clients.goodbye(session, this.engine.now()));
  }

  private session(context: ZmqContext): ClientSession | undefined {
    return this.engine.clients.heard(context.getSession(), context.getPeer(), this.engine.now());
  }

  /** @param act applies the message; it may tell how many records that were */
  private withSession(context: ZmqContext, act: (session: ClientSession) => number | void): void {
    const session = this.session(context);
    if (session === undefined) return;
    this.engine.wake(act(session) ?? 1);
  }

  private requireSession(context: ZmqContext): ClientSession {
    const session = this.session(context);
    if (session !== undefined) return session;
    throw new PenstockError('SESSION_UNKNOWN', 'this session is not open here: say hello again');
  }
}
