import { limits } from '@penstock/protocol/wire';
import type { TaskDefinition } from '../define-task.js';

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
  return list.map(checked);
}

function checked(candidate: unknown): TaskDefinition {
  if (typeof candidate !== 'object' || candidate === null) {
    throw new Error(
      `its default export is no task but ${show(candidate)}: write "export default defineTask({ name, run })"`,
    );
  }
  const { name, run, arguments: fixed } = candidate as Record<'name' | 'run' | 'arguments', unknown>;
  if (typeof name !== 'string' || !isName(name)) {
    throw new Error(
      `a task's name is a text of 1 to ${limits.nameBytes} bytes without control characters, not ${show(name)}`,
    );
  }
  if (typeof run !== 'function') throw new Error(`the task ${name} has no function "run"`);
  if (fixed !== undefined && (typeof fixed !== 'object' || fixed === null || Array.isArray(fixed))) {
    throw new Error(`the "arguments" of the task ${name} are no object`);
  }
  return candidate as TaskDefinition;
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
