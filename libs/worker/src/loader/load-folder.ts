import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { TaskDefinition } from '../define-task.js';
import type { BrokenFile, LoadedTask } from '../link/messages.js';
import { exportedTasks } from './exported-tasks.js';
import { listTaskFiles } from './task-files.js';

/** What {@link loadFolder} found. */
export interface LoadedFolder {
  readonly definitions: readonly TaskDefinition[];
  readonly tasks: readonly LoadedTask[];
  readonly broken: readonly BrokenFile[];
}

/** How to load a folder. */
export interface LoadFolderOptions {
  readonly folder: string;
  /** Its files that are imported. Default: all. */
  readonly files?: readonly string[] | undefined;
  /** Files not to import, with the reason to report. */
  readonly excluded: readonly BrokenFile[];
  readonly importDeadlineMs: number;
  /** Called before each import: a file may end the process or block it for ever. */
  readonly onImporting: (file: string) => void;
}

/**
 * Imports the task files of a folder, one after the other. A broken file is reported and hurts only itself; of two
 * tasks with one name, the one in the file that comes first by name stays.
 */
export async function loadFolder(options: LoadFolderOptions): Promise<LoadedFolder> {
  const definitions = new Map<string, TaskDefinition>();
  const tasks: LoadedTask[] = [];
  const broken: BrokenFile[] = [];
  for (const { file, fingerprint } of await filesOf(options, broken)) {
    try {
      const found = await tasksIn(file, options);
      for (const { name } of found) refuseTwice(name, found, tasks);
      for (const definition of found) {
        const { name, isolation = {} } = definition;
        definitions.set(name, definition);
        tasks.push({ name, file, fingerprint, isolation });
      }
    } catch (error) {
      broken.push({ file, reason: reasonOf(error) });
    }
  }
  return { definitions: [...definitions.values()], tasks, broken };
}

async function filesOf({ folder, files }: LoadFolderOptions, broken: BrokenFile[]) {
  try {
    const found = await listTaskFiles(folder);
    return files === undefined ? found : found.filter(({ file }) => files.includes(file));
  } catch (error) {
    broken.push({ file: '.', reason: `the folder ${folder} cannot be read: ${reasonOf(error)}` });
    return [];
  }
}

async function tasksIn(file: string, options: LoadFolderOptions): Promise<readonly TaskDefinition[]> {
  const { folder, excluded, importDeadlineMs, onImporting } = options;
  const exclusion = excluded.find((one) => one.file === file);
  if (exclusion !== undefined) throw new Error(exclusion.reason);
  onImporting(file);
  return exportedTasks(await importWithin(join(folder, file), importDeadlineMs));
}

async function importWithin(path: string, deadlineMs: number): Promise<{ default?: unknown }> {
  const late = Promise.withResolvers<never>();
  const timer = setTimeout(
    () => late.reject(new Error(`its import took longer than ${deadlineMs} ms`)),
    deadlineMs,
  );
  try {
    return (await Promise.race([import(pathToFileURL(path).href), late.promise])) as { default?: unknown };
  } finally {
    clearTimeout(timer);
  }
}

function refuseTwice(name: string, found: readonly TaskDefinition[], earlier: readonly LoadedTask[]): void {
  const other = earlier.find((task) => task.name === name);
  if (other !== undefined) throw new Error(`the task ${name} is defined in ${other.file} already`);
  if (found.filter((task) => task.name === name).length > 1)
    throw new Error(`it defines the task ${name} twice`);
}

/** One line, or a few: what a person needs to mend the file. */
function reasonOf(thrown: unknown): string {
  if (!(thrown instanceof Error)) return `its import threw ${String(thrown)}`.slice(0, 1_024);
  const where = /\n\s+at .*\((file:[^)]+)\)/.exec(thrown.stack ?? '')?.[1];
  const text = thrown.name === 'Error' ? thrown.message : `${thrown.name}: ${thrown.message}`;
  return (where === undefined || !(thrown instanceof SyntaxError) ? text : `${text} (${where})`).slice(
    0,
    1_024,
  );
}
