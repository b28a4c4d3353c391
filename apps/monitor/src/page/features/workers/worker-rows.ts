import type { Hub } from '../../api/client.js';

/** A worker as the table shows it. */
export interface WorkerRow {
  readonly key: string;
  readonly name: string;
  readonly hub: string;
  readonly host: string;
  /** Its hub's connection is gone. */
  readonly isAway: boolean;
  readonly task: string | undefined;
  readonly taskId: string | undefined;
  /** How far the task is, in per cent. */
  readonly progress: number | undefined;
  /** Load of its process in per cent of one processor; `undefined` = not known. */
  readonly cpu: number | undefined;
  readonly probePort: number | undefined;
  readonly httpPort: number | undefined;
  readonly minPriority: number | null;
  readonly maxPriority: number | null;
  readonly isInline: boolean;
}

/** Every worker of every hub, in an order that does not change while they work. */
export function workerRows(hubs: readonly Hub[]): readonly WorkerRow[] {
  return hubs
    .flatMap((hub) =>
      hub.groups.flatMap((group) =>
        group.workers.map((worker) => ({
          key: `${hub.incarnation} ${worker.name}`,
          name: worker.name,
          hub: hub.name,
          host: hub.host,
          isAway: hub.disconnected,
          task: worker.task?.name,
          taskId: worker.task?.taskId,
          progress: worker.task?.progress,
          cpu: worker.cpu,
          probePort: hub.probe?.port,
          httpPort: hub.httpPort,
          minPriority: group.minPriority,
          maxPriority: group.maxPriority,
          isInline: group.kind === 'inline',
        })),
      ),
    )
    .toSorted((a, b) => a.hub.localeCompare(b.hub) || a.name.localeCompare(b.name));
}

/** How many workers there are, and how many of them work. */
export function busyWorkers(hubs: readonly Hub[]): { readonly busy: number; readonly all: number } {
  const groups = hubs.flatMap((hub) => hub.groups);
  return {
    all: groups.reduce((sum, { slots }) => sum + slots, 0),
    busy: groups.reduce((sum, { held, slots }) => sum + Math.min(held, slots), 0),
  };
}
