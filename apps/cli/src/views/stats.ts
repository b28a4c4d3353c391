import { bytes, count, duration } from '@penstock/figures';
import type { DurationSummary, NameStats, StatsView } from '@penstock/protocol';
import { renderTable } from './table.js';

/** The figures of the balancer and of each task name. */
export function renderStats(stats: StatsView): readonly string[] {
  const lines = [
    `${count(stats.queued)} queued, ${count(stats.running)} running, ${count(stats.kept)} results kept`,
    `${count(stats.clients)} clients, ${count(stats.hubs)} hubs, up for ${duration(stats.uptimeMs)}`,
    `${bytes(stats.payloadBytes)} of payloads, ${bytes(stats.resultBytes)} of results, ` +
      `${count(stats.refusedLeases)} late outcomes refused`,
  ];
  return stats.tasks.length === 0 ? lines : [...lines, '', renderNames(stats.tasks)];
}

function renderNames(tasks: readonly NameStats[]): string {
  return renderTable(
    [
      'task',
      { figures: 'queued' },
      { figures: 'running' },
      { figures: 'done' },
      { figures: 'failed' },
      { figures: 'ended otherwise' },
      { figures: 'computing' },
      'waited (min mean max)',
      'ran (min mean max)',
    ],
    tasks.map((task) => [
      task.name,
      count(task.queued),
      count(task.running),
      count(task.done),
      count(task.failed),
      count(task.cancelled + task.expired),
      duration(task.totalRunMs),
      range(task.wait),
      range(task.run),
    ]),
  );
}

function range(summary: DurationSummary | undefined): string {
  if (summary === undefined) return '-';
  return [summary.minMs, summary.meanMs, summary.maxMs].map(duration).join('  ');
}
