import { Module, type DynamicModule, type LoggerService } from '@nestjs/common';
import { TerminusModule } from '@nestjs/terminus';
import { Gate } from '@penstock/http';
import { systemClock } from '@penstock/runtime';
import { HealthController } from './api/health.controller.js';
import { Metrics } from './api/metrics.js';
import { MetricsController } from './api/metrics.controller.js';
import type { HealthSettings } from './config/settings.js';
import { HealthLog } from './health-log.js';
import { AllowedAddresses } from './probes/allowed-addresses.js';
import { BalancerPort } from './probes/balancer-port.js';
import { HubPorts } from './probes/hub-ports.js';
import { Rounds } from './rounds.js';
import { Webhook } from './webhook/webhook.js';

/** The health check: rounds of probes, and what they found over HTTP. */
@Module({})
export class AppModule {
  static with(settings: HealthSettings, logger: LoggerService, gate: Gate): DynamicModule {
    const log = new HealthLog(logger);
    return {
      module: AppModule,
      imports: [TerminusModule.forRoot({ logger: false })],
      controllers: [HealthController, MetricsController],
      providers: [
        { provide: Rounds, useFactory: () => newRounds(settings, log) },
        { provide: Gate, useValue: gate },
        Metrics,
      ],
    };
  }
}

function newRounds(settings: HealthSettings, log: HealthLog): Rounds {
  const { balancer, key, timeoutMs, allow, webhook: url } = settings;
  const webhook = url === undefined ? undefined : new Webhook(url, (why) => log.webhookFailed(why));
  return new Rounds(
    new BalancerPort(balancer, timeoutMs, key),
    new HubPorts(new AllowedAddresses(allow), timeoutMs, key),
    settings,
    systemClock,
    log,
    (changes) => webhook?.tell(changes, systemClock.wallMs()),
  );
}
