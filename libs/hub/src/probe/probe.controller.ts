import { Controller, UseFilters } from '@nestjs/common';
import { MessagePattern } from '@nestjs/microservices';
import { PenstockErrorFilter } from '@penstock/nestjs-zeromq';
import { Pattern, type HubProbeReply } from '@penstock/protocol';
import { Prober } from './prober.js';

/** What the probe port answers. */
@Controller()
@UseFilters(PenstockErrorFilter)
export class ProbeController {
  constructor(private readonly prober: Prober) {}

  @MessagePattern(Pattern.hubProbe)
  probe(): HubProbeReply {
    return this.prober.reply();
  }
}
