import type { TaskContract } from '@penstock/protocol/wire';
import type { TaskContext } from './task-context.js';

/** What a task does without, so that it costs little when its code, or a package of it, is not what it seems. */
export interface TaskIsolation {
  /** `none`: its process has no network, and reaches no other machine and no port of its own. Default: that of its hub. */
  readonly network?: 'none' | undefined;
  /**
   * `none`: it can neither read nor write files, start programs and threads, or load native addons. What it imports must be
   * imported at the top of its file: a later `import()` fails, since that reads files. Default: what its hub allows.
   */
  readonly files?: 'none' | undefined;
}

/** One task: its name and the handler that runs it. */
export interface TaskDefinition<Payload = unknown, Result = unknown> extends TaskContract<Payload, Result> {
  /** What clients submit by; at most 128 bytes of UTF-8. */
  readonly name: string;
  /** Fixed arguments of this task, handed to each run as `ctx.arguments`; WKHUB_ARGUMENTS adds to them. */
  readonly arguments?: Readonly<Record<string, unknown>>;
  /** What it does without. The tasks of one file share that, since they share a process. Default: nothing. */
  readonly isolation?: TaskIsolation;
  /**
   * Runs the task once. A payload of bytes is a `Uint8Array`, any other one the JSON value that the client gave; both
   * come from outside, so check what matters. A returned `Uint8Array` travels as bytes, any other value as JSON;
   * `undefined` becomes `null`. A throw makes the task fail, with the error's message and stack.
   */
  run(payload: Payload, context: TaskContext): Result | Promise<Result>;
}

/**
 * Defines a task; the default export of a task file. A plain object of the same shape does as well, and an array
 * of them defines several tasks.
 *
 * ```ts
 * export default defineTask({
 *   name: 'HELLO',
 *   run: ({ firstName }: { firstName: string }) => `Hello ${firstName} !`,
 * });
 * ```
 */
export function defineTask<Payload, Result>(
  definition: TaskDefinition<Payload, Result>,
): TaskDefinition<Payload, Result> {
  return definition;
}
