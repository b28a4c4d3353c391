import { Module } from '@nestjs/common';
import { EngineModule } from '../engine/engine.module.js';
import { SocketsModule } from '../sockets/sockets.module.js';
import { AccessModule } from './access.module.js';
import { HttpControlController } from './control.controller.js';
import { EventsController } from './events.controller.js';
import { HealthController } from './health.controller.js';
import { Metrics } from './metrics.js';
import { MetricsController } from './metrics.controller.js';
import { Readiness } from './readiness.js';
import { ScalingController } from './scaling.controller.js';
import { TasksController } from './tasks.controller.js';
import { TasksService } from './tasks.service.js';

/** All that is served over HTTP. */
@Module({
  imports: [EngineModule, SocketsModule, AccessModule],
  controllers: [
    TasksController,
    HttpControlController,
    ScalingController,
    EventsController,
    HealthController,
    MetricsController,
  ],
  providers: [TasksService, Metrics, Readiness],
  exports: [Readiness, AccessModule],
})
export class ApiModule {}
