import { Injectable } from '@nestjs/common';
import { DiscoveryService, MetadataScanner, Reflector } from '@nestjs/core';
import type { TaskContext, TaskDefinition } from '@penstock/worker';
import { TASK_NAME } from './task.decorator.js';

type Handler = (payload: unknown, context: TaskContext) => unknown;
type Wrapper = ReturnType<DiscoveryService['getProviders']>[number];

/** A method that is a task, and whose it is. */
interface Found extends TaskDefinition {
  readonly method: string;
}

/** Finds the methods that are tasks, on all providers and controllers of the container. */
@Injectable()
export class TasksInContainer {
  constructor(
    private readonly discovery: DiscoveryService,
    private readonly scanner: MetadataScanner,
    private readonly reflector: Reflector,
  ) {}

  /** @throws Error when two methods are the same task, or one's provider is made anew for each request */
  find(): readonly TaskDefinition[] {
    const wrappers = [...this.discovery.getProviders(), ...this.discovery.getControllers()];
    const byInstance = new Map(wrappers.map((wrapper) => [wrapper.instance as unknown, wrapper]));
    const found = new Map<string, Found>();
    for (const [instance, wrapper] of byInstance) {
      if (typeof instance !== 'object' || instance === null) continue;
      for (const task of this.tasksOf(instance, wrapper)) {
        const { method } = found.get(task.name) ?? {};
        if (method !== undefined) {
          throw new Error(`the task ${task.name} is there twice: ${method} and ${task.method}`);
        }
        found.set(task.name, task);
      }
    }
    return [...found.values()].map(({ name, run }) => ({ name, run }));
  }

  private tasksOf(instance: object, wrapper: Wrapper): readonly Found[] {
    const prototype = Object.getPrototypeOf(instance) as Record<string, unknown> | null;
    if (prototype === null) return [];
    return this.scanner.getAllMethodNames(prototype).flatMap((key) => {
      const handler = prototype[key];
      if (typeof handler !== 'function') return [];
      const name = this.reflector.get<string | undefined>(TASK_NAME, handler);
      if (name === undefined) return [];
      const method = `${instance.constructor.name}.${key}`;
      if (!wrapper.isDependencyTreeStatic()) {
        throw new Error(
          `${method} cannot be a task: its class is made anew for each request, and a task is none`,
        );
      }
      return [{ name, method, run: (handler as Handler).bind(instance) }];
    });
  }
}
