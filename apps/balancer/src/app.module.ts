import { Module, type DynamicModule, type LoggerService } from '@nestjs/common';
import type { ParameterValues } from '@penstock/parameters';
import { ApiModule } from './api/api.module.js';
import { ConfigModule } from './config/config.module.js';
import { IngressModule } from './ingress/ingress.module.js';

/** The balancer. A folder is a station on a task's way: ingress → engine → egress → sockets; the API looks on. */
@Module({})
export class AppModule {
  static with(parameters: ParameterValues, logger: LoggerService): DynamicModule {
    return { module: AppModule, imports: [ConfigModule.with(parameters, logger), IngressModule, ApiModule] };
  }
}
