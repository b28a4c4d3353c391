import { Controller, Get, Inject, Query } from '@nestjs/common';
import { ApiOperation, ApiQuery, ApiResponse, ApiTags } from '@nestjs/swagger';
import { Engine, viewHubs, viewStats } from '@penstock/engine';
import {
  scalingQuerySchema,
  scalingSchema,
  scalingSignal,
  type ScalingQuery,
  type ScalingSignal,
} from './scaling.js';
import { openApi, SchemaPipe } from './schema.pipe.js';

/** The signal for an autoscaler, in the form that KEDA's metrics-api scaler reads. */
@ApiTags('control')
@Controller('api/scaling')
export class ScalingController {
  constructor(@Inject(Engine) private readonly engine: Engine) {}

  @Get()
  @ApiOperation({ summary: 'How much work waits, and how many worker hubs it asks for' })
  @ApiQuery({ name: 'target', required: false, schema: openApi(scalingQuerySchema.shape.target) })
  @ApiResponse({ status: 200, schema: openApi(scalingSchema) })
  scaling(@Query(new SchemaPipe(scalingQuerySchema, 'the query')) { target }: ScalingQuery): ScalingSignal {
    return scalingSignal(viewStats(this.engine), viewHubs(this.engine), target * 1_000);
  }
}
