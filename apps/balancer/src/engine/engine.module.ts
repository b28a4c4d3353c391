import { Module, type LoggerService } from '@nestjs/common';
import type { ParameterValues } from '@penstock/parameters';
import { systemClock, systemTimers } from '@penstock/runtime';
import { engineSettings } from '../config/engine-settings.js';
import { LOGGER, PARAMETERS } from '../config/tokens.js';
import { version } from '../config/version.js';
import { BalancerSockets } from '../sockets/balancer-sockets.js';
import { SocketsModule } from '../sockets/sockets.module.js';
import { Engine, type Log } from '@penstock/engine';
import { EngineLifecycle } from './engine-lifecycle.js';
import { epochAt } from './epoch.js';
import { openJournal } from './open-journal.js';

/** The engine, made of what was configured and of the sockets that it writes to. It has recovered what the journal has. */
@Module({
  imports: [SocketsModule],
  providers: [
    {
      provide: Engine,
      inject: [PARAMETERS, LOGGER, BalancerSockets],
      useFactory: startEngine,
    },
    EngineLifecycle,
  ],
  exports: [Engine],
})
export class EngineModule {}

/** @throws JournalError */
async function startEngine(
  parameters: ParameterValues,
  logger: LoggerService,
  sockets: BalancerSockets,
): Promise<Engine> {
  const log = {
    log: (line: string): void => logger.log(line),
    warn: (line: string): void => logger.warn?.(line),
  };
  let engine: Engine | undefined;
  let isDiskFull = false;
  const opened = await openJournal(parameters, log, (isFull) => {
    isDiskFull = isFull;
    if (engine !== undefined) engine.submissions.isDiskFull = isFull;
  });
  const epoch = opened?.epoch ?? epochAt(systemClock.wallMs());
  engine = new Engine(engineSettings(parameters, epoch, version), {
    clock: systemClock,
    timers: systemTimers,
    toClients: sockets.clients,
    toHubs: sockets.hubs,
    log,
    ...(opened === undefined ? {} : { journal: opened.journal }),
  });
  engine.submissions.isDiskFull = isDiskFull;
  try {
    await recover(engine, log);
  } catch (error) {
    await engine.stop();
    throw error;
  }
  sockets.clients.onUnreachable = engine.onClientUnreachable.bind(engine);
  sockets.clients.strategy.on('stuck', engine.onClientStuck.bind(engine));
  sockets.hubs.onUnreachable = engine.onHubUnreachable.bind(engine);
  return engine;
}

async function recover(engine: Engine, log: Log): Promise<void> {
  const startedAt = engine.now();
  const { tasks, entries } = await engine.recover();
  if (entries === 0) return;
  const { queued, running, retention } = engine.partition.scheduler;
  const took = Math.round(engine.now() - startedAt);
  log.log(
    `LB - RECOVERED ${tasks} TASKS IN ${took} ms: ${queued} queued, ${running} running, ${retention.size} ended`,
  );
}
