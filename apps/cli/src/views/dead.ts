import { duration } from '@penstock/figures';
import type { TaskStatus } from '@penstock/protocol';
import { cut } from './cut.js';
import { renderTable } from './table.js';

/** Tasks that ended without a result, a line each, with their whole ids: those are what one goes on with. */
export function renderDead(tasks: readonly TaskStatus[], now: number): string {
  return renderTable(
    ['task id', 'task', 'why', { figures: 'ago' }],
    tasks.map(({ taskId, name, state, cause, finishedAt = now }) => [
      taskId,
      cut(name, 12),
      cause ?? state,
      // The first figure of it will do.
      duration(Math.max(0, now - finishedAt))
        .split(' ')
        .slice(0, 2)
        .join(' '),
    ]),
  );
}
