import { Module, type LoggerService } from '@nestjs/common';
import type { ParameterValues } from '@penstock/parameters';
import { LOGGER, PARAMETERS } from '../config/tokens.js';
import { BalancerSockets } from './balancer-sockets.js';
import { Gatekeeper } from './gatekeeper.js';

/** The ZeroMQ ports, for `main` to listen with and for the engine to write to. */
@Module({
  providers: [
    {
      provide: Gatekeeper,
      inject: [PARAMETERS, LOGGER],
      useFactory: (parameters: ParameterValues, logger: LoggerService) =>
        new Gatekeeper(
          parameters.PENSTOCK_KEYS,
          {
            connections: parameters.LB_CONNECTIONS_MAX,
            connectionsPerKey: parameters.LB_KEY_CONNECTIONS_MAX,
            callsPerSecond: parameters.LB_KEY_CALLS_PER_SECOND,
          },
          logger,
        ),
    },
    {
      provide: BalancerSockets,
      inject: [PARAMETERS, Gatekeeper],
      useFactory: (parameters: ParameterValues, gatekeeper: Gatekeeper) =>
        new BalancerSockets(parameters, gatekeeper),
    },
  ],
  exports: [BalancerSockets, Gatekeeper],
})
export class SocketsModule {}
