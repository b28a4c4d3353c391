import { shortId } from '@penstock/figures';
import type { HubView } from '@penstock/protocol';
import { renderTable } from './table.js';

/** Every worker with what it does. */
export function renderWorkers(hubs: readonly HubView[]): string {
  return renderTable(
    [
      'worker',
      'task',
      { figures: 'done' },
      { figures: 'cpu' },
      'task id',
      'hub',
      'host',
      { figures: 'probe' },
      { figures: 'http' },
      { figures: 'min' },
      { figures: 'max' },
    ],
    hubs.flatMap(({ name: hub, host, probe, httpPort, disconnected, groups }) =>
      groups.flatMap(({ workers, minPriority, maxPriority }) =>
        workers.map(({ name, cpu, task }) => [
          name,
          task?.name ?? (disconnected ? '(hub is away)' : '-'),
          task === undefined ? '' : `${Math.round(task.progress)} %`,
          cpu === undefined ? '' : `${Math.round(cpu)} %`,
          task === undefined ? '' : shortId(task.taskId),
          hub,
          host,
          String(probe?.port ?? '-'),
          String(httpPort ?? '-'),
          String(minPriority ?? 'any'),
          String(maxPriority ?? 'any'),
        ]),
      ),
    ),
  );
}
