import { Module } from '@nestjs/common';
import type { ParameterValues } from '@penstock/parameters';
import { PARAMETERS } from '../config/tokens.js';
import { BalancerSockets } from './balancer-sockets.js';

/** The ZeroMQ ports, for `main` to listen with and for the engine to write to. */
@Module({
  providers: [
    {
      provide: BalancerSockets,
      inject: [PARAMETERS],
      useFactory: (parameters: ParameterValues) => new BalancerSockets(parameters),
    },
  ],
  exports: [BalancerSockets],
})
export class SocketsModule {}
