import { Module, type LoggerService } from '@nestjs/common';
import { Gate, openGate } from '@penstock/http';
import type { ParameterValues } from '@penstock/parameters';
import { gatePlace } from '../config/gate-place.js';
import { LOGGER, PARAMETERS } from '../config/tokens.js';
import { policy } from './policy.js';
import { SessionController } from './session.controller.js';

/** Who is let in to the HTTP interface, and how browsers sign in. */
@Module({
  controllers: [SessionController],
  providers: [
    {
      provide: Gate,
      inject: [PARAMETERS, LOGGER],
      useFactory: (parameters: ParameterValues, logger: LoggerService) =>
        openGate(gatePlace(parameters), policy, logger, 'LB'),
    },
  ],
  exports: [Gate],
})
export class AccessModule {}
