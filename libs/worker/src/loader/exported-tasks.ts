import { limits } from '@penstock/protocol/wire';
import type { TaskDefinition, TaskIsolation } from '../define-task.js';

/**
 * The tasks that a module's default export defines.
 *
 * @throws Error that says what is wrong with it
 */
export function exportedTasks(module: { readonly default?: unknown }): readonly TaskDefinition[] {
  const { default: exported } = module;
  if (exported === undefined) {
    throw new Error('it has no default export: write "export default defineTask({ name, run })"');
  }
  const list: readonly unknown[] = Array.isArray(exported) ? exported : [exported];
  if (list.length === 0) throw new Error('its default export is an empty list');
  const tasks = list.map(checked);
  refuseToDiffer(tasks);
  return tasks;
}

function checked(candidate: unknown): TaskDefinition {
  if (typeof candidate !== 'object' || candidate === null) {
    throw new Error(
      `its default export is no task but ${show(candidate)}: write "export default defineTask({ name, run })"`,
    );
  }
  const {
    name,
    run,
    arguments: fixed,
    isolation,
  } = candidate as Record<'name' | 'run' | 'arguments' | 'isolation', unknown>;
  if (typeof name !== 'string' || !isName(name)) {
    throw new Error(
      `a task's name is a text of 1 to ${limits.nameBytes} bytes without control characters, not ${show(name)}`,
    );
  }
  if (typeof run !== 'function') throw new Error(`the task ${name} has no function "run"`);
  if (fixed !== undefined && (typeof fixed !== 'object' || fixed === null || Array.isArray(fixed))) {
    throw new Error(`the "arguments" of the task ${name} are no object`);
  }
  if (isolation !== undefined) checkIsolation(name, isolation);
  return candidate as TaskDefinition;
}

const isolationKeys: ReadonlySet<string> = new Set(['network', 'files'] satisfies (keyof TaskIsolation)[]);

/** A word that is not understood must not leave a task with more than it was to have. */
function checkIsolation(task: string, isolation: unknown): void {
  if (typeof isolation !== 'object' || isolation === null || Array.isArray(isolation)) {
    throw new Error(
      `the "isolation" of the task ${task} is ${show(isolation)}: write { network: 'none' }, { files: 'none' } or both`,
    );
  }
  for (const [key, value] of Object.entries(isolation)) {
    if (!isolationKeys.has(key)) {
      throw new Error(
        `the "isolation" of the task ${task} has ${show(key)}: there are "network" and "files"`,
      );
    }
    if (value !== undefined && value !== 'none') {
      throw new Error(
        `"isolation.${key}" of the task ${task} is ${show(value)}: write 'none', or leave it out`,
      );
    }
  }
}

function refuseToDiffer([first, ...others]: readonly TaskDefinition[]): void {
  const other = others.find(
    ({ isolation }) =>
      isolation?.network !== first?.isolation?.network || isolation?.files !== first?.isolation?.files,
  );
  if (first === undefined || other === undefined) return;
  throw new Error(
    `its tasks ${first.name} and ${other.name} differ in "isolation", and one process imports both: put them into files of their own`,
  );
}

function isName(text: string): boolean {
  const bytes = Buffer.byteLength(text);
  return bytes > 0 && bytes <= limits.nameBytes && !/\p{Cc}/u.test(text);
}

function show(value: unknown): string {
  if (typeof value === 'string') return JSON.stringify(value.slice(0, 64));
  if (value === undefined || value === null) return String(value);
  return typeof value === 'object' ? 'an object' : `a ${typeof value}`;
}
