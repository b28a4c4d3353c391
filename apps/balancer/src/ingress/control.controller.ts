import { Controller, Inject, UseFilters } from '@nestjs/common';
import { MessagePattern, Payload } from '@nestjs/microservices';
import { PenstockErrorFilter } from '@penstock/nestjs-zeromq';
import {
  controlDownSchema,
  parseMessage,
  Pattern,
  type ControlCheck,
  type ControlDownReply,
  type HubView,
  type StatsView,
} from '@penstock/protocol';
import { Engine, viewHubs, viewStats } from '@penstock/engine';
import { CONTROL } from '../sockets/transports.js';

/** What the control port answers. */
@Controller()
@UseFilters(PenstockErrorFilter)
export class ControlController {
  constructor(@Inject(Engine) private readonly engine: Engine) {}

  @MessagePattern(Pattern.controlCheck, CONTROL)
  check(): ControlCheck {
    const { engine } = this;
    const uptimeMs = engine.now() - engine.startedAt;
    return { version: engine.settings.version, pid: process.pid, uptimeMs, node: process.version };
  }

  @MessagePattern(Pattern.controlWorkers, CONTROL)
  workers(): HubView[] {
    return viewHubs(this.engine);
  }

  @MessagePattern(Pattern.controlStats, CONTROL)
  stats(): StatsView {
    return viewStats(this.engine);
  }

  @MessagePattern(Pattern.controlDown, CONTROL)
  down(@Payload() data: unknown): ControlDownReply {
    const down = parseMessage(controlDownSchema, data, Pattern.controlDown);
    this.engine.wake();
    return { downed: this.engine.hubs.down(down, this.engine.now()) };
  }
}
