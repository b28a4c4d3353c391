import Table from 'cli-table3';
import type { Totals } from './tally.js';

/** Failures that are shown; of more, only the number. */
const FAILURES_SHOWN = 10;

/** Without colours, in a terminal as in a file. */
const plain = { style: { head: [], border: [], compact: true } };

/** The final tables of a demonstration: the sums, and the share of each worker. */
export function renderReport(totals: Totals): string {
  const { files, bytes, words, lines, seconds, tasksPerSecond, workers } = totals;
  const sums = new Table({
    ...plain,
    head: ['files', 'bytes', 'words', 'lines', 'time', 'tasks/s'],
    colAligns: ['right', 'right', 'right', 'right', 'right', 'right'],
  });
  sums.push([
    ...[files, bytes, words, lines].map((count) => number(count)),
    `${number(seconds, 1)} s`,
    number(tasksPerSecond),
  ]);
  const shares = new Table({
    ...plain,
    head: ['worker', 'files', 'share'],
    colAligns: ['left', 'right', 'right'],
  });
  for (const [worker, count] of Object.entries(workers)) {
    shares.push([worker, number(count), `${number((100 * count) / files, 1)} %`]);
  }
  return `${sums.toString()}\n${shares.toString()}`;
}

/** What went wrong, or nothing. */
export function renderFailures(failures: readonly string[]): readonly string[] {
  if (failures.length === 0) return [];
  const more = failures.length - FAILURES_SHOWN;
  return [
    `${number(failures.length)} could not be counted:`,
    ...failures.slice(0, FAILURES_SHOWN).map((failure) => `  ${failure}`),
    ...(more > 0 ? [`  and ${number(more)} more`] : []),
  ];
}

function number(value: number, decimals = 0): string {
  return value.toLocaleString('en', { minimumFractionDigits: decimals, maximumFractionDigits: decimals });
}
