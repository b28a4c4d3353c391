import { HealthCheckService, TerminusModule } from '@nestjs/terminus';
import { Test } from '@nestjs/testing';
import 'reflect-metadata';
import { describe, expect, it, onTestFinished, vi } from 'vitest';
import { Balancer } from '../../test/balancer.js';
import { PenstockClientModule } from '../client/penstock-client.module.js';
import { PenstockTestingModule } from '../testing/index.js';
import { PenstockWorkerModule } from '../worker/penstock-worker.module.js';
import { WorkerRunner } from '../worker/worker-runner.js';
import { PenstockHealthIndicator } from './penstock.health-indicator.js';

async function application(
  ...imports: NonNullable<Parameters<typeof Test.createTestingModule>[0]['imports']>
) {
  const module = await Test.createTestingModule({
    imports: [TerminusModule.forRoot({ logger: false }), ...imports],
    providers: [PenstockHealthIndicator],
  }).compile();
  onTestFinished(() => module.close());
  return { module, health: module.get(HealthCheckService), penstock: module.get(PenstockHealthIndicator) };
}

describe('PenstockHealthIndicator', () => {
  it('is up while the client is connected to a balancer, and down when that is gone', async () => {
    const balancer = await Balancer.start();
    onTestFinished(() => balancer.program.stop());
    const { health, penstock } = await application(
      PenstockClientModule.forRoot({ port: balancer.clientPort, onWarning: () => {} }),
    );
    const check = () => health.check([() => penstock.isHealthy('balancer', { timeoutMs: 20_000 })]);
    expect(await check()).toMatchObject({ status: 'ok', details: { balancer: { status: 'up' } } });
    await balancer.program.stop();
    const later = () => health.check([() => penstock.isHealthy('balancer', { timeoutMs: 1 })]);
    await vi.waitFor(
      () =>
        expect(later()).rejects.toMatchObject({
          status: 503,
          response: { details: { balancer: { status: 'down', message: expect.any(String) } } },
        }),
      { timeout: 20_000 },
    );
  });

  it('tells how the worker hub is, and that it is well where tests have none', async () => {
    const context = new URL('../../test/modules/greetings.module.js', import.meta.url);
    const { module, health, penstock } = await application(
      PenstockWorkerModule.forRoot({ context }),
      PenstockTestingModule.with(),
    );
    await module.init();
    expect(module.get(WorkerRunner, { strict: false }).hub).toBeUndefined();
    const check = () => health.check([() => penstock.isHealthy(), () => penstock.isWorking()]);
    expect(await check()).toMatchObject({
      status: 'ok',
      details: { penstock: { status: 'up' }, 'penstock-worker': { status: 'up' } },
    });
  });

  it('is down before the hub has started', async () => {
    const context = new URL('../../test/modules/greetings.module.js', import.meta.url);
    const { penstock } = await application(PenstockWorkerModule.forRoot({ context }));
    expect(penstock.isWorking()).toEqual({
      'penstock-worker': { status: 'down', message: 'the worker hub has not started' },
    });
  });

  it('says so where the module that it asks about is missing', async () => {
    const { penstock } = await application();
    await expect(penstock.isHealthy()).rejects.toThrow('TaskClient');
    expect(() => penstock.isWorking()).toThrow('WorkerRunner');
  });
});
