/** Runs in workers: boots the module that a worker hub of an application was told to, and gives its tasks. */
import 'reflect-metadata';
import type { Type } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import type { ProvidedTasks } from '@penstock/worker/host';
import { ContextModule } from './context-module.js';
import { enterWorker } from './inside-worker.js';
import { TasksInContainer } from './tasks-in-container.js';
import { WorkerLogger } from './worker-logger.js';

/**
 * A worker's tasks from a module of NestJS; a `TaskLoader` of `@penstock/worker`.
 *
 * @param url the file that exports the module's class: as its default, or as its only class with `@Module()`
 */
// oxlint-disable-next-line import/no-default-export -- a worker imports what loads its tasks by this name
export default async function loadContext(url: string): Promise<ProvidedTasks> {
  enterWorker();
  const module = moduleIn((await import(url)) as Record<string, unknown>, url);
  const app = await NestFactory.createApplicationContext(ContextModule.around(module), {
    abortOnError: false,
    logger: new WorkerLogger(),
  });
  const tasks = app.get(TasksInContainer).find();
  if (tasks.length === 0) {
    await app.close();
    throw new Error(
      `${module.name} has no provider with a @Task() method: add one, or import its module there`,
    );
  }
  return { tasks, close: () => app.close() };
}

function moduleIn(exported: Record<string, unknown>, url: string): Type {
  const classes = [...new Set(Object.values(exported))].filter(isModule);
  const preferred = exported['default'];
  if (isModule(preferred)) return preferred;
  const [only, ...others] = classes;
  if (only !== undefined && others.length === 0) return only;
  throw new Error(
    `${url} exports ${classes.length === 0 ? 'no class' : `${classes.length} classes`} with @Module(): export one, or one as its default`,
  );
}

/** What `@Module()` leaves on a class: each of these only where it was given, an empty one nothing at all. */
const traces = ['imports', 'providers', 'controllers', 'exports'];

function isModule(candidate: unknown): candidate is Type {
  return typeof candidate === 'function' && traces.some((trace) => Reflect.hasOwnMetadata(trace, candidate));
}
