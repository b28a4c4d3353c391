import { Controller, Inject, UseFilters } from '@nestjs/common';
import { MessagePattern } from '@nestjs/microservices';
import { PenstockErrorFilter } from '@penstock/nestjs-zeromq';
import { Pattern } from '@penstock/protocol';
import { viewHubs, viewStats, type HubView, type StatsView } from '../engine/control-view.js';
import { Engine } from '../engine/engine.js';
import { CONTROL } from '../sockets/transports.js';

/** Whether a balancer is there, and which. */
export interface ControlCheck {
  readonly version: string;
  readonly pid: number;
  readonly uptimeMs: number;
  readonly node: string;
}

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
}
