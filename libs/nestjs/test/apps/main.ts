/** An application that is a worker hub: what to be is its one argument, as JSON. */
import 'reflect-metadata';
import { Logger, Module, type OnApplicationShutdown } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { PenstockWorkerModule, type PenstockWorkerOptions } from '@penstock/nestjs';

export interface AppOptions extends Omit<PenstockWorkerOptions, 'context'> {
  readonly context: 'greetings' | 'broken' | 'absent';
  /** Whether Nest listens to signals, and how it then ends the process. */
  readonly hooks?: 'exit' | 'signal';
  /** Whether the application listens to signals by itself. */
  readonly closesItself?: boolean;
  /** How many hubs it is. Default 1. */
  readonly hubs?: number;
  /** Whether its options come later, from a provider. */
  readonly isAsync?: boolean;
  /** Whether it deals with it by itself when it cannot start. */
  readonly catchesErrors?: boolean;
}

const {
  context,
  hooks,
  closesItself = false,
  hubs = 1,
  isAsync = false,
  catchesErrors = false,
  ...options
} = JSON.parse(process.argv[2] ?? '{}') as AppOptions;

const contexts = {
  greetings: () => import('./greetings.module.js'),
  broken: () => import('./broken.module.js'),
  absent: new URL('./absent.module.js', import.meta.url),
};

const modules = Array.from({ length: hubs }, (_, index) => {
  const all = { context: contexts[context], name: `hub-${index}`, ...options };
  return isAsync
    ? PenstockWorkerModule.forRootAsync({ useFactory: () => Promise.resolve(all) })
    : PenstockWorkerModule.forRoot(all);
});

@Module({ imports: modules })
class AppModule implements OnApplicationShutdown {
  onApplicationShutdown(): void {
    process.stdout.write('the application is down\n');
  }
}

async function run(): Promise<void> {
  const app = await NestFactory.createApplicationContext(AppModule);
  if (hooks !== undefined) app.enableShutdownHooks(['SIGTERM'], { useProcessExit: hooks === 'exit' });
  if (closesItself) {
    process.once('SIGTERM', () => {
      void app.close().then(() => process.exit(7));
    });
  }
  new Logger('App').log('the application has started');
}

try {
  await run();
} catch (error) {
  if (!catchesErrors) throw error;
  process.stdout.write(`it does not start: ${String(error)}\n`);
  process.exitCode = 3;
}
