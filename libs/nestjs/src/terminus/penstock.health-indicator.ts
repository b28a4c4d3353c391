import { Inject, Injectable } from '@nestjs/common';
import { ModuleRef } from '@nestjs/core';
import { HealthIndicatorService, type HealthIndicatorResult } from '@nestjs/terminus';
import { TaskClient } from '@penstock/client';
import { WorkerRunner } from '../worker/worker-runner.js';

const TIMEOUT_MS = 1_000;

/**
 * Tells terminus whether the application is connected to its balancer: as a client, as a worker hub. List it among the
 * providers of the module that has the health controller:
 *
 * ```ts
 * @Get('health')
 * @HealthCheck()
 * check() {
 *   return this.health.check([() => this.penstock.isHealthy(), () => this.penstock.isWorking()]);
 * }
 * ```
 */
@Injectable()
export class PenstockHealthIndicator {
  constructor(
    @Inject(HealthIndicatorService) private readonly indicators: HealthIndicatorService,
    @Inject(ModuleRef) private readonly modules: ModuleRef,
  ) {}

  /**
   * Whether the client of `PenstockClientModule` is connected.
   *
   * @param key under which it is told. Default `penstock`.
   * @param timeoutMs how long a connection that is being made is waited for. Default 1,000.
   */
  async isHealthy(
    key = 'penstock',
    { timeoutMs = TIMEOUT_MS }: { readonly timeoutMs?: number } = {},
  ): Promise<HealthIndicatorResult> {
    const client = this.modules.get(TaskClient, { strict: false });
    const indicator = this.indicators.check(key);
    try {
      await client.ready(timeoutMs);
      return indicator.up();
    } catch (error) {
      return indicator.down({ message: (error as Error).message });
    }
  }

  /**
   * Whether the hub of `PenstockWorkerModule` is connected.
   *
   * @param key under which it is told. Default `penstock-worker`.
   */
  isWorking(key = 'penstock-worker'): HealthIndicatorResult {
    const { trouble } = this.modules.get(WorkerRunner, { strict: false });
    const indicator = this.indicators.check(key);
    return trouble === undefined ? indicator.up() : indicator.down({ message: trouble });
  }
}
