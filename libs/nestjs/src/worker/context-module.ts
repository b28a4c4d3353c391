import { Module, type DynamicModule, type Type } from '@nestjs/common';
import { DiscoveryModule } from '@nestjs/core';
import { TasksInContainer } from './tasks-in-container.js';

/** The root of a worker's container: the user's module, and what finds the tasks in it. */
@Module({})
export class ContextModule {
  static around(module: Type | DynamicModule | Promise<DynamicModule>): DynamicModule {
    return {
      module: ContextModule,
      imports: [DiscoveryModule, module],
      providers: [TasksInContainer],
      exports: [TasksInContainer],
    };
  }
}
