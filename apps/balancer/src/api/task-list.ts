import { setImmediate as nextTurn } from 'node:timers/promises';
import type { Task } from '@penstock/scheduler';
import type { Partition } from '@penstock/engine';
import type { ListQuery, TaskPage } from './task-schemas.js';

/** Tasks looked at before others get their turn: a list must not hold up dispatching. */
const TASKS_PER_TURN = 20_000;

/**
 * A page of the tasks that match, newest first. Looks at every task, a part of them in each turn.
 *
 * @param isShown whether tasks of a user are listed at all
 */
export async function listTasks(
  partition: Partition,
  query: ListQuery,
  isShown: (userId: string) => boolean,
): Promise<TaskPage> {
  const newest: Task[] = [];
  let looked = 0;
  let hasMore = false;
  for (const task of partition.scheduler.table) {
    if (++looked % TASKS_PER_TURN === 0) await nextTurn();
    if (!matches(task, query) || !isShown(task.user.id)) continue;
    hasMore = keepNewest(newest, task, query.limit) || hasMore;
  }
  const last = newest.at(-1);
  const page: TaskPage = { tasks: newest.map((task) => partition.view(task)) };
  if (hasMore && last !== undefined) page.next = String(last.order);
  return page;
}

function matches(task: Task, { state, name, userId, before }: ListQuery): boolean {
  return (
    (before === undefined || task.order < before) &&
    (state === undefined || task.state === state) &&
    (name === undefined || task.name.text === name) &&
    (userId === undefined || task.user.id === userId)
  );
}

/** Puts a task into a list of at most `limit`, newest first; true = one did not find room. */
function keepNewest(newest: Task[], task: Task, limit: number): boolean {
  const oldest = newest.at(-1);
  if (newest.length === limit && oldest !== undefined && oldest.order > task.order) return true;
  let index = newest.length;
  while (index > 0 && (newest[index - 1] as Task).order < task.order) index -= 1;
  newest.splice(index, 0, task);
  if (newest.length <= limit) return false;
  newest.pop();
  return true;
}
