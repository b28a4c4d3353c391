import { Global, Module, type DynamicModule, type LoggerService } from '@nestjs/common';
import type { ParameterValues } from '@penstock/parameters';
import { LOGGER, PARAMETERS } from './tokens.js';

/** What the process was started with, for whoever needs it. Read once, before the application exists. */
@Global()
@Module({})
export class ConfigModule {
  static with(parameters: ParameterValues, logger: LoggerService): DynamicModule {
    return {
      module: ConfigModule,
      providers: [
        { provide: PARAMETERS, useValue: parameters },
        { provide: LOGGER, useValue: logger },
      ],
      exports: [PARAMETERS, LOGGER],
    };
  }
}
