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
}

const {
  context,
  hooks,
  closesItself = false,
  hubs = 1,
  ...options
} = JSON.parse(process.argv[2] ?? '{}') as AppOptions;

const contexts = {
  greetings: () => import('./greetings.module.js'),
  broken: () => import('./broken.module.js'),
  absent: new URL('./absent.module.js', import.meta.url),
};

@Module({
  imports: Array.from({ length: hubs }, (_, index) =>
    PenstockWorkerModule.forRoot({ context: contexts[context], name: `hub-${index}`, ...options }),
  ),
})
class AppModule implements OnApplicationShutdown {
  onApplicationShutdown(): void {
    process.stdout.write('the application is down\n');
  }
}

const app = await NestFactory.createApplicationContext(AppModule);
if (hooks !== undefined) app.enableShutdownHooks(['SIGTERM'], { useProcessExit: hooks === 'exit' });
if (closesItself) {
  process.once('SIGTERM', () => {
    void app.close().then(() => process.exit(7));
  });
}
new Logger('App').log('the application has started');
