import { SetMetadata } from '@nestjs/common';
import type { TaskContext } from '@penstock/worker';

/** Under which a method's task name is kept. */
export const TASK_NAME = 'penstock:task';

/**
 * Makes a provider's method the handler of a task. It gets the payload and the `TaskContext`, and what it returns is the
 * result.
 *
 * ```ts
 * @Injectable()
 * export class Greeter {
 *   constructor(private readonly names: Names) {}
 *
 *   @Task('HELLO')
 *   hello({ firstName }: Person): string {
 *     return `Hello ${this.names.proper(firstName)} !`;
 *   }
 * }
 * ```
 *
 * @param name what clients submit by
 */
export function Task(name: string): TaskDecorator {
  return SetMetadata(TASK_NAME, name);
}

/** Fits methods that a task's handler can be. */
type TaskDecorator = <Handler extends (payload: never, context: TaskContext) => unknown>(
  target: object,
  method: string | symbol,
  descriptor: TypedPropertyDescriptor<Handler>,
) => void;
