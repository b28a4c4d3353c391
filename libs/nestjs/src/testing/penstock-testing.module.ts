import { Inject, Module, type DynamicModule, type OnApplicationShutdown, type Type } from '@nestjs/common';
import { DiscoveryModule } from '@nestjs/core';
import { TaskClient } from '@penstock/client';
import { MemoryBalancer } from '@penstock/testing';
import { TEST_BALANCER } from '../test-balancer.js';
import { TasksInContainer } from '../worker/tasks-in-container.js';

/**
 * For unit tests: a balancer in memory that runs `@Task()` methods at once, in the test's own container. Clients of
 * `PenstockClientModule` dial it, whatever they were told; no `PenstockWorkerModule` starts a hub.
 *
 * ```ts
 * const module = await Test.createTestingModule({
 *   imports: [AppModule, PenstockTestingModule.with(TasksModule)],
 * }).compile();
 * ```
 *
 * Close the module when the test ends.
 */
@Module({})
export class PenstockTestingModule implements OnApplicationShutdown {
  constructor(
    @Inject(MemoryBalancer) private readonly balancer: MemoryBalancer,
    @Inject(TaskClient) private readonly client: TaskClient,
  ) {}

  /** @param modules those whose tasks can be run; providers of the test itself count as well */
  static with(...modules: readonly (Type | DynamicModule)[]): DynamicModule {
    return {
      module: PenstockTestingModule,
      global: true,
      imports: [DiscoveryModule, ...modules],
      providers: [
        TasksInContainer,
        {
          provide: MemoryBalancer,
          inject: [TasksInContainer],
          // Asked when a task comes: the test may still be putting its container together.
          useFactory: (tasks: TasksInContainer) => MemoryBalancer.start(() => tasks.find()),
        },
        {
          provide: TEST_BALANCER,
          inject: [MemoryBalancer],
          useFactory: ({ endpoint }: MemoryBalancer) => endpoint,
        },
        {
          provide: TaskClient,
          inject: [TEST_BALANCER],
          useFactory: (endpoint: string) => new TaskClient({ endpoint }),
        },
      ],
      exports: [MemoryBalancer, TEST_BALANCER, TaskClient],
    };
  }

  async onApplicationShutdown(): Promise<void> {
    await this.client.close();
    await this.balancer.stop();
  }
}
