import { causeText } from '@penstock/figures';
import type { Task } from '../../api/client.js';
import { clock } from '../../ui/clock.js';

/** What the list of tasks is narrowed to; empty = everything. */
export interface TaskFilter {
  readonly state: Task['state'] | '';
  /** A part of a name, a user or an id. */
  readonly text: string;
}

export const noFilter: TaskFilter = { state: '', text: '' };

/** The tasks that pass. */
export function filterTasks(tasks: readonly Task[], { state, text }: TaskFilter): readonly Task[] {
  const wanted = text.trim().toLowerCase();
  return tasks.filter(
    (task) =>
      (state === '' || task.state === state) &&
      (wanted === '' ||
        [task.name, task.userId, task.taskId].some((field) => field.toLowerCase().includes(wanted))),
  );
}

/** Whether a cancel would change something: it waits, or it runs and nobody has cancelled it yet. */
export function isCancellable({ state, cancelling }: Pick<Task, 'state' | 'cancelling'>): boolean {
  return state === 'queued' || state === 'delayed' || (state === 'running' && cancelling !== true);
}

/** Whether it ended without a result: such a task can be run again. */
export function isDead({ state }: Pick<Task, 'state'>): boolean {
  return state === 'failed' || state === 'expired' || state === 'cancelled';
}

/** What a task does just now, or why it does nothing more, in a few words. */
export function doing(task: Task): string {
  const { state, progress, cancelling, worker, waitingFor, runMs, notBefore, cause } = task;
  if (state === 'queued') return waitingFor === undefined ? 'waits' : `waits: ${waitingFor}`;
  if (state === 'delayed')
    return notBefore === undefined ? 'held back' : `held back until ${clock(notBefore)}`;
  if (cause !== undefined) return causeText(cause);
  if (state !== 'running') return runMs === undefined ? '' : (worker ?? '');
  const where = worker === undefined ? 'on its way to a worker' : `on ${worker}`;
  if (cancelling === true) return `being cancelled, ${where}`;
  return progress > 0 ? `${Math.round(progress)} %, ${where}` : where;
}
