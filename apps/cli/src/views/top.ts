import { bytes, count, duration } from '@penstock/figures';
import type { HubView, NameStats } from '@penstock/protocol';
import type { Figures } from '../cluster/live-figures.js';
import { cut } from './cut.js';
import { renderTable } from './table.js';

/** A place to draw in, in characters. */
export interface Size {
  readonly columns: number;
  readonly rows: number;
}

const BAR = 12;

/** One picture of `penstock top`: lines that fit the place. What does not fit is left out from the end of each list. */
export function renderTop(
  { stats, hubs }: Figures,
  perSecond: number,
  { columns, rows }: Size,
): readonly string[] {
  const workers = workerRows(hubs);
  const busy = workers.filter(([, task]) => task !== '-').length;
  const head = [
    `Penstock, up for ${duration(stats.uptimeMs)}: ${count(stats.queued)} queued (${bytes(stats.payloadBytes)}), ` +
      `${count(stats.running)} running, ${perSecond.toFixed(1)} ended/s`,
    `${count(stats.hubs)} hubs, ${count(workers.length)} workers, ${count(busy)} busy, ` +
      `${count(stats.clients)} clients`,
    '',
  ];
  // Half of what is left for each list; what the first does not need, the second may have.
  const left = Math.max(0, rows - head.length - 4);
  const names = stats.tasks.toSorted(byLoad).slice(0, Math.max(1, Math.floor(left / 2)));
  const shown = workers.slice(0, Math.max(1, left - names.length));
  return [
    ...head,
    ...renderTable(
      [
        'task',
        { figures: 'queued' },
        { figures: 'running' },
        { figures: 'done' },
        { figures: 'failed' },
        { figures: 'oldest wait' },
        { figures: 'mean run' },
      ],
      names.map((task) => [
        cut(task.name, 20),
        count(task.queued),
        count(task.running),
        count(task.done),
        count(task.failed),
        task.oldestWaitMs === undefined ? '-' : duration(task.oldestWaitMs),
        task.run === undefined ? '-' : duration(task.run.meanMs),
      ]),
    ).split('\n'),
    '',
    ...renderTable(['worker', 'task', 'done', { figures: 'cpu' }, 'hub'], shown).split('\n'),
    ...(workers.length > shown.length ? [`and ${count(workers.length - shown.length)} more workers`] : []),
  ]
    .slice(0, rows)
    .map((line) => cutLine(line, columns));
}

function workerRows(hubs: readonly HubView[]): readonly (readonly string[])[] {
  return hubs.flatMap(({ name: hub, groups }) =>
    groups.flatMap(({ workers }) =>
      workers.map(({ name, cpu, task }) => [
        cut(name, 20),
        cut(task?.name ?? '-', 14),
        task === undefined ? '' : bar(task.progress),
        cpu === undefined ? '' : `${Math.round(cpu)} %`,
        cut(hub, 12),
      ]),
    ),
  );
}

function bar(percent: number): string {
  const full = Math.round((BAR * percent) / 100);
  return `${'█'.repeat(full)}${'░'.repeat(BAR - full)} ${String(Math.round(percent)).padStart(3)} %`;
}

function byLoad(a: NameStats, b: NameStats): number {
  return b.queued + b.running - (a.queued + a.running) || a.name.localeCompare(b.name);
}

/** Not {@link cut}, which takes the spaces out that make columns. */
function cutLine(line: string, columns: number): string {
  return line.length <= columns ? line : `${line.slice(0, columns - 1)}…`;
}
