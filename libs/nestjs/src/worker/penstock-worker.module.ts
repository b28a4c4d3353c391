import { Module, type DynamicModule } from '@nestjs/common';
import { callerUrl } from './context-location.js';
import { WorkerRunner } from './worker-runner.js';
import { ConfigurableModuleClass, WORKER_CALLER } from './worker.module-definition.js';

/**
 * Makes an application a worker hub. Its workers are processes that boot one module of it, the `context`, and run the
 * methods of that module's providers that are marked with `@Task()`.
 *
 * ```ts
 * @Module({
 *   imports: [PenstockWorkerModule.forRoot({ context: () => import('./tasks.module.js'), workers: 4 })],
 * })
 * export class AppModule {}
 * ```
 *
 * The hub starts with the application and drains when that ends, by `app.close()` or by a signal. A context that does not
 * boot keeps the application from starting.
 */
@Module({ providers: [WorkerRunner], exports: [WorkerRunner] })
export class PenstockWorkerModule extends ConfigurableModuleClass {
  static override forRoot(...args: Parameters<typeof ConfigurableModuleClass.forRoot>): DynamicModule {
    return withCaller(super.forRoot(...args));
  }

  static override forRootAsync(
    ...args: Parameters<typeof ConfigurableModuleClass.forRootAsync>
  ): DynamicModule {
    return withCaller(super.forRootAsync(...args));
  }
}

function withCaller(definition: DynamicModule): DynamicModule {
  const caller = { provide: WORKER_CALLER, useValue: callerUrl() };
  return { ...definition, providers: [...(definition.providers ?? []), caller] };
}
