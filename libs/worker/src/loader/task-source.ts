import { fileURLToPath } from 'node:url';
import type { TaskDefinition } from '../define-task.js';

/** Where a worker's tasks come from. It travels to the worker as JSON. */
export type TaskSource = FolderSource | ModuleSource;

/** A folder of task files. */
export interface FolderSource {
  /** Its absolute path. */
  readonly folder: string;
}

/** A module that knows how to make tasks, such as from an application's container: its default export is a {@link TaskLoader}. */
export interface ModuleSource {
  /** Its URL. */
  readonly loader: string;
  /** Handed to the loader; JSON. */
  readonly argument: string;
}

/** What a loader gives. */
export interface ProvidedTasks {
  readonly tasks: readonly TaskDefinition[];
  /** Called once the worker has ended its last task. */
  close?(): Promise<void>;
}

/** Makes tasks in a worker. What it throws ends the worker, and another one tries again. */
export type TaskLoader = (argument: string) => Promise<ProvidedTasks>;

/** What to call a source in a message. */
export function describeSource(source: TaskSource): string {
  if ('folder' in source) return source.folder;
  return source.argument.startsWith('file:') ? fileURLToPath(source.argument) : source.argument;
}
