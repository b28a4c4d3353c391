import type { Task } from '../../api/client.js';

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
  return state === 'queued' || (state === 'running' && cancelling !== true);
}

/** What a task does just now, in a few words. */
export function doing(task: Task): string {
  const { state, progress, cancelling, worker, waitingFor, runMs } = task;
  if (state === 'queued') return waitingFor === undefined ? 'waits' : `waits: ${waitingFor}`;
  if (state !== 'running') return runMs === undefined ? '' : (worker ?? '');
  const where = worker === undefined ? 'on its way to a worker' : `on ${worker}`;
  if (cancelling === true) return `being cancelled, ${where}`;
  return progress > 0 ? `${Math.round(progress)} %, ${where}` : where;
}
