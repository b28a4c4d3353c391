import { Module, type LoggerService } from '@nestjs/common';
import type { ParameterValues } from '@penstock/parameters';
import { systemClock, systemTimers } from '@penstock/runtime';
import { engineSettings } from '../config/engine-settings.js';
import { LOGGER, PARAMETERS } from '../config/tokens.js';
import { version } from '../config/version.js';
import { BalancerSockets } from '../sockets/balancer-sockets.js';
import { SocketsModule } from '../sockets/sockets.module.js';
import { Engine } from '@penstock/engine';
import { EngineLifecycle } from './engine-lifecycle.js';
import { epochAt } from './epoch.js';

/** The engine, made of what was configured and of the sockets that it writes to. */
@Module({
  imports: [SocketsModule],
  providers: [
    {
      provide: Engine,
      inject: [PARAMETERS, LOGGER, BalancerSockets],
      useFactory: (parameters: ParameterValues, logger: LoggerService, sockets: BalancerSockets): Engine => {
        const settings = engineSettings(parameters, epochAt(systemClock.wallMs()), version);
        const log = {
          log: (line: string): void => logger.log(line),
          warn: (line: string): void => logger.warn(line),
        };
        const engine = new Engine(settings, {
          clock: systemClock,
          timers: systemTimers,
          toClients: sockets.clients,
          toHubs: sockets.hubs,
          log,
        });
        sockets.clients.onUnreachable = (peer) => engine.onClientUnreachable(peer);
        sockets.hubs.onUnreachable = (peer) => engine.onHubUnreachable(peer);
        return engine;
      },
    },
    EngineLifecycle,
  ],
  exports: [Engine],
})
export class EngineModule {}
