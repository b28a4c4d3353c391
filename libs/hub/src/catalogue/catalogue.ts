import type { BrokenFile, LoadedTask, TaskIsolation } from '@penstock/worker/host';
import type { GroupPlan } from '../slots/slot-group.js';
import { isIsolated, isSame } from '../workers/isolation.js';

/** What the folder of task files gives. */
export interface Catalogue {
  readonly tasks: readonly LoadedTask[];
  readonly broken: readonly BrokenFile[];
}

/** A group as far as it decides what it runs. */
interface TaskRunner {
  readonly plan: Pick<GroupPlan, 'kind' | 'tasks'>;
  readonly isolation: TaskIsolation;
}

/** The tasks of a catalogue that a group runs. */
export function tasksOf({ tasks }: Catalogue, { plan, isolation }: TaskRunner): readonly LoadedTask[] {
  return tasks.filter((task) => canRun(plan, task) && isSame(task.isolation, isolation));
}

/** Their names. */
export function namesIn(catalogue: Catalogue, group: TaskRunner): ReadonlySet<string> {
  return new Set(tasksOf(catalogue, group).map(({ name }) => name));
}

/** How the groups of a plan must be isolated so that its tasks can run; one without tasks has a group as well. */
export function isolationsFor(plan: TaskRunner['plan'], { tasks }: Catalogue): readonly TaskIsolation[] {
  const distinct: TaskIsolation[] = [];
  for (const { isolation } of tasks.filter((task) => canRun(plan, task))) {
    if (!distinct.some((other) => isSame(other, isolation))) distinct.push(isolation);
  }
  return distinct.length === 0 ? [{}] : distinct;
}

/**
 * The groups that a catalogue needs beside those that there are: a process is isolated as a whole, so each plan has a
 * group for each isolation that its tasks ask for.
 */
export function groupsToAdd(
  plans: readonly GroupPlan[],
  catalogue: Catalogue,
  groups: readonly { readonly plan: GroupPlan; readonly isolation: TaskIsolation }[],
) {
  return plans
    .flatMap((plan) => isolationsFor(plan, catalogue).map((isolation) => ({ plan, isolation })))
    .filter(({ plan, isolation }) =>
      groups.every((group) => group.plan !== plan || !isSame(group.isolation, isolation)),
    );
}

/** Whether a plan has workers for this task: an inline group is a part of the hub, and cannot be isolated. */
export function canRun(
  { kind, tasks }: TaskRunner['plan'],
  { name, isolation }: Pick<LoadedTask, 'name' | 'isolation'>,
): boolean {
  return (tasks?.includes(name) ?? true) && (kind === 'process' || !isIsolated(isolation));
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
