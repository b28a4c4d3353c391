import { count } from '@penstock/figures';
import {
  deadStates,
  RERUN_MAX,
  type DeadQuery,
  type RerunReply,
  type Task,
  type TaskPage,
} from '../../api/client.js';

/** What the list of dead tasks is narrowed to, as it was typed; empty = everything. */
export interface DeadFilter {
  readonly state: string;
  readonly name: string;
  readonly userId: string;
}

export const noDeadFilter: DeadFilter = { state: '', name: '', userId: '' };

/** The filter as the balancer takes it. */
export function deadQuery({ state, name, userId }: DeadFilter): DeadQuery {
  const known = deadStates.find((one) => one === state);
  const trimmed = { name: name.trim(), userId: userId.trim() };
  return {
    ...(known === undefined ? {} : { state: known }),
    ...(trimmed.name === '' ? {} : { name: trimmed.name }),
    ...(trimmed.userId === '' ? {} : { userId: trimmed.userId }),
  };
}

/** Pages of one state each as one, what ended last first. */
export function mergePages(pages: readonly TaskPage[]): TaskPage {
  return {
    tasks: pages.flatMap(({ tasks }) => tasks).toSorted(lastEndedFirst),
    hasMore: pages.some(({ hasMore }) => hasMore),
  };
}

/** What is asked before all that match are run again. */
export function rerunQuestion({ tasks, hasMore }: TaskPage, { state, name, userId }: DeadQuery): string {
  const which = [
    state === undefined ? 'dead' : state,
    tasks.length === 1 && !hasMore ? 'task' : 'tasks',
    ...(name === undefined ? [] : [`of ${name}`]),
    ...(userId === undefined ? [] : [`of the user ${userId}`]),
  ].join(' ');
  return hasMore
    ? `Run all ${which} again, the oldest ${count(RERUN_MAX)} at most? There are more than ${count(tasks.length)} of them.`
    : `Run ${count(tasks.length)} ${which} again?`;
}

/** What came of it, where that is not all that was asked for. */
export function rerunTrouble({ rerun, refused }: RerunReply): string | undefined {
  if (refused === undefined) return undefined;
  return `${count(rerun)} run again, ${count(refused.count)} do not: ${refused.error.message}`;
}

function lastEndedFirst(a: Task, b: Task): number {
  return (b.finishedAt ?? 0) - (a.finishedAt ?? 0);
}
