import type { BrokenFile, LoadedTask } from '@penstock/worker/host';

/** What the folder of task files gives. */
export interface Catalogue {
  readonly tasks: readonly LoadedTask[];
  readonly broken: readonly BrokenFile[];
}

/** The names of a catalogue's tasks, of those that `only` lists (`null` = all). */
export function namesIn(
  { tasks }: Pick<Catalogue, 'tasks'>,
  only: readonly string[] | null,
): ReadonlySet<string> {
  const names = tasks.map(({ name }) => name);
  return new Set(only === null ? names : names.filter((name) => only.includes(name)));
}

/** What became of the tasks, such as `+GREET ~HELLO -OLD`; empty when nothing did. */
export function describeChanges(before: Catalogue, after: Catalogue): string {
  const old = new Map(before.tasks.map((task) => [task.name, task]));
  const fresh = new Map(after.tasks.map((task) => [task.name, task]));
  const added = after.tasks.filter(({ name }) => !old.has(name)).map(({ name }) => `+${name}`);
  const changed = after.tasks
    .filter(({ name, file, fingerprint }) => {
      const earlier = old.get(name);
      return earlier !== undefined && (earlier.fingerprint !== fingerprint || earlier.file !== file);
    })
    .map(({ name }) => `~${name}`);
  const removed = before.tasks.filter(({ name }) => !fresh.has(name)).map(({ name }) => `-${name}`);
  return [...added, ...changed, ...removed].join(' ');
}
