import { Inject, Module, type DynamicModule, type OnApplicationShutdown } from '@nestjs/common';
import { TaskClient, type TaskClientOptions } from '@penstock/client';
import { TEST_BALANCER } from '../test-balancer.js';
import { CLIENT_OPTIONS, ConfigurableModuleClass } from './client.module-definition.js';

/**
 * Lets an application hand in tasks: any provider may inject a `TaskClient`, typed by the contracts of its tasks.
 *
 * ```ts
 * @Module({ imports: [PenstockClientModule.forRoot({ host: '127.0.0.1', port: 5799 })] })
 * export class AppModule {}
 *
 * @Injectable()
 * class Greetings {
 *   constructor(private readonly penstock: TaskClient<Tasks>) {}
 * }
 * ```
 *
 * It is global unless `isGlobal` is false. The client connects by itself, and is closed with the application.
 */
@Module({
  providers: [
    {
      provide: TaskClient,
      inject: [CLIENT_OPTIONS, { token: TEST_BALANCER, optional: true }],
      useFactory: (options: TaskClientOptions, testBalancer?: string) =>
        new TaskClient(testBalancer === undefined ? options : { ...options, endpoint: testBalancer }),
    },
  ],
  exports: [TaskClient],
})
export class PenstockClientModule extends ConfigurableModuleClass implements OnApplicationShutdown {
  constructor(@Inject(TaskClient) private readonly client: TaskClient) {
    super();
  }

  /** @param options where the balancer is; default: on this machine, at its default port */
  static override forRoot(
    options: Parameters<typeof ConfigurableModuleClass.forRoot>[0] = {},
  ): DynamicModule {
    return super.forRoot(options);
  }

  async onApplicationShutdown(): Promise<void> {
    await this.client.close();
  }
}
