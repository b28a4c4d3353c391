import { Module } from '@nestjs/common';
import { TerminusModule } from '@nestjs/terminus';
import { PenstockClientModule, PenstockWorkerModule } from '@penstock/nestjs';
import { PenstockHealthIndicator } from '@penstock/nestjs/terminus';
import { GreetingsController } from './greetings/greetings.controller.js';
import { HealthController } from './health/health.controller.js';
import { settings } from './settings.js';

@Module({
  imports: [
    PenstockClientModule.forRoot({ host: settings.balancerHost, port: settings.balancerClientPort }),
    PenstockWorkerModule.forRoot({
      context: () => import('./greetings/tasks.module.js'),
      workers: 2,
      host: settings.balancerHost,
      port: settings.balancerWorkerPort,
    }),
    TerminusModule,
  ],
  controllers: [GreetingsController, HealthController],
  providers: [PenstockHealthIndicator],
})
export class AppModule {}
