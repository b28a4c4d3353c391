import { exportedTasks } from './exported-tasks.js';
import { loadFolder, type LoadedFolder, type LoadFolderOptions } from './load-folder.js';
import type { ModuleSource, TaskLoader, TaskSource } from './task-source.js';

/** A worker's tasks. */
export interface LoadedTasks extends LoadedFolder {
  /** Lets go of what the tasks live on. */
  readonly close: () => Promise<void>;
}

/** How to load tasks. */
export interface LoadTasksOptions extends Omit<LoadFolderOptions, 'folder'> {
  readonly source: TaskSource;
}

/**
 * Loads a worker's tasks.
 *
 * @throws what a source that is a module throws; a folder reports its broken files instead
 */
export async function loadTasks(options: LoadTasksOptions): Promise<LoadedTasks> {
  const { source } = options;
  if (!('folder' in source)) return loadModule(source);
  return { ...(await loadFolder({ ...options, folder: source.folder })), close: nothing };
}

async function loadModule({ loader, argument }: ModuleSource): Promise<LoadedTasks> {
  const { default: load } = (await import(loader)) as { default: TaskLoader };
  const provided = await load(argument);
  const definitions = exportedTasks({ default: provided.tasks });
  return {
    definitions,
    tasks: definitions.map(({ name, isolation = {} }) => ({
      name,
      file: argument,
      fingerprint: '',
      isolation,
    })),
    broken: [],
    close: () => provided.close?.() ?? nothing(),
  };
}

async function nothing(): Promise<void> {
  // Files hold nothing that would have to be let go.
}
