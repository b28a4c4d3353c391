import { randomInt } from 'node:crypto';
import { Module, type LoggerService } from '@nestjs/common';
import type { ParameterValues } from '@penstock/parameters';
import { Pattern } from '@penstock/protocol';
import { presentBoot, systemClock, systemTimers } from '@penstock/runtime';
import { resolve } from 'node:path';
import { engineSettings } from '../config/engine-settings.js';
import { LOGGER, PARAMETERS } from '../config/tokens.js';
import { version } from '../config/version.js';
import { BalancerSockets } from '../sockets/balancer-sockets.js';
import { Gatekeeper } from '../sockets/gatekeeper.js';
import { SocketsModule } from '../sockets/sockets.module.js';
import { Engine, type Log } from '@penstock/engine';
import { EngineLifecycle } from './engine-lifecycle.js';
import { epochAt } from './epoch.js';
import { EVENT_RECORD, EventRecord } from './event-record.js';
import { openJournal } from './open-journal.js';

/** The engine, made of what was configured and of the sockets that it writes to. It has recovered what the journal has. */
@Module({
  imports: [SocketsModule],
  providers: [
    {
      provide: EVENT_RECORD,
      inject: [PARAMETERS, LOGGER],
      useFactory: ({ LB_RECORD }: ParameterValues, logger: LoggerService) =>
        LB_RECORD === undefined ? undefined : new EventRecord(resolve(LB_RECORD), logOf(logger)),
    },
    {
      provide: Engine,
      inject: [PARAMETERS, LOGGER, BalancerSockets, Gatekeeper, EVENT_RECORD],
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
  gatekeeper: Gatekeeper,
  record: EventRecord | undefined,
): Promise<Engine> {
  const log = logOf(logger);
  const opened = await openJournal(parameters, log);
  const epoch = opened?.epoch ?? epochAt(systemClock.wallMs());
  const engine = new Engine(engineSettings(parameters, epoch, version), {
    clock: systemClock,
    boot: presentBoot(systemClock),
    timers: systemTimers,
    toClients: sockets.clients,
    toHubs: sockets.hubs,
    log,
    ...(record === undefined ? {} : { record: record.tell }),
    sessionNumber: () => randomInt(1, 2 ** 32),
    ...(opened === undefined ? {} : { journal: opened.journal }),
  });
  try {
    await recover(engine, log);
  } catch (error) {
    await engine.stop();
    throw error;
  }
  sockets.clients.onUnreachable = engine.onClientUnreachable.bind(engine);
  sockets.clients.strategy.on('stuck', engine.onClientStuck.bind(engine));
  gatekeeper.onKeysChanged = (principalOf) => {
    engine.onKeysChanged(principalOf);
    engine.tellHubs(Pattern.hubKeys, { healthKeys: gatekeeper.healthKeys });
  };
  sockets.hubs.onUnreachable = engine.onHubUnreachable.bind(engine);
  return engine;
}

function logOf(logger: LoggerService): Log {
  return {
    log: (line) => logger.log(line),
    warn: (line) => logger.warn?.(line),
  };
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
