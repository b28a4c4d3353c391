import { Controller, Inject, UseFilters } from '@nestjs/common';
import { Ctx, MessagePattern, Payload } from '@nestjs/microservices';
import { PenstockErrorFilter, ZmqContext } from '@penstock/nestjs-zeromq';
import {
  controlCallSchema,
  controlDownSchema,
  parseMessage,
  Pattern,
  PenstockError,
  type ControlCall,
  type ControlCheck,
  type ControlDownReply,
  type HubView,
  type StatsView,
} from '@penstock/protocol';
import { Engine, viewHubs, viewStats } from '@penstock/engine';
import { Gatekeeper } from '../sockets/gatekeeper.js';
import { CONTROL } from '../sockets/transports.js';

/** What the control port answers. There are no sessions here: each call says who calls. */
@Controller()
@UseFilters(PenstockErrorFilter)
export class ControlController {
  constructor(
    @Inject(Engine) private readonly engine: Engine,
    @Inject(Gatekeeper) private readonly gatekeeper: Gatekeeper,
  ) {}

  @MessagePattern(Pattern.controlCheck, CONTROL)
  check(@Payload() data: unknown, @Ctx() context: ZmqContext): ControlCheck {
    this.requireCaller(context, Pattern.controlCheck, data);
    const { engine } = this;
    const uptimeMs = engine.now() - engine.startedAt;
    return { version: engine.settings.version, pid: process.pid, uptimeMs, node: process.version };
  }

  @MessagePattern(Pattern.controlWorkers, CONTROL)
  workers(@Payload() data: unknown, @Ctx() context: ZmqContext): HubView[] {
    this.requireCaller(context, Pattern.controlWorkers, data);
    return viewHubs(this.engine);
  }

  @MessagePattern(Pattern.controlStats, CONTROL)
  stats(@Payload() data: unknown, @Ctx() context: ZmqContext): StatsView {
    this.requireCaller(context, Pattern.controlStats, data);
    return viewStats(this.engine);
  }

  @MessagePattern(Pattern.controlDown, CONTROL)
  down(@Payload() data: unknown, @Ctx() context: ZmqContext): ControlDownReply {
    const down = parseMessage(controlDownSchema, data, Pattern.controlDown);
    const caller = this.identify(context, Pattern.controlDown, down.incarnation, down);
    if (caller?.role === 'viewer')
      throw new PenstockError('FORBIDDEN', `the key ${caller.name} has the role viewer, which only looks on`);
    this.engine.wake();
    return { downed: this.engine.hubs.down(down, this.engine.now()) };
  }

  private requireCaller(context: ZmqContext, pattern: Pattern, data: unknown): void {
    this.identify(context, pattern, '', parseMessage(controlCallSchema, data, pattern));
  }

  private identify(context: ZmqContext, pattern: Pattern, subject: string, { identity }: ControlCall) {
    return this.gatekeeper.identify('control', context.getPeer(), pattern, subject, identity);
  }
}
