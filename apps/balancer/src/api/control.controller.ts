import { Controller, Get, Inject } from '@nestjs/common';
import { ApiOperation, ApiResponse, ApiTags } from '@nestjs/swagger';
import { hubViewSchema, statsViewSchema, type HubView, type StatsView } from '@penstock/protocol';
import { z } from 'zod';
import { Engine, viewHubs, viewStats } from '@penstock/engine';
import { openApi } from './schema.pipe.js';

const workersSchema = z.object({ hubs: z.array(hubViewSchema) });

/** What the balancer knows of its hubs and of its work. */
@ApiTags('control')
@Controller('api')
export class HttpControlController {
  constructor(@Inject(Engine) private readonly engine: Engine) {}

  @Get('workers')
  @ApiOperation({ summary: 'Hubs, their groups and workers, and what each runs' })
  @ApiResponse({ status: 200, schema: openApi(workersSchema) })
  workers(): { hubs: HubView[] } {
    return { hubs: viewHubs(this.engine) };
  }

  @Get('stats')
  @ApiOperation({ summary: 'Figures in all and per task name: counts, waiting and run times' })
  @ApiResponse({ status: 200, schema: openApi(statsViewSchema) })
  stats(): StatsView {
    return viewStats(this.engine);
  }
}
