import type { NameStats } from '../../api/client.js';
import { endedOf } from '../../live/live-state.js';
import { colorNumbers } from '../../theme/series-colors.js';

/** A range of durations, and where its ends lie on a scale that all rows share, from 0 to 1. */
export interface Range {
  readonly minMs: number;
  readonly meanMs: number;
  readonly maxMs: number;
  readonly from: number;
  readonly mean: number;
  readonly to: number;
}

/** What is shown of one task name. */
export interface TaskFigures {
  readonly name: string;
  /** The number of its colour. */
  readonly color: number;
  readonly queued: number;
  readonly running: number;
  readonly done: number;
  readonly failed: number;
  /** Tasks that have ended, in whatever way, and their share of all. */
  readonly ended: number;
  readonly endedShare: number;
  /** Handler time in all, and its share of that of all tasks. */
  readonly runMs: number;
  readonly runShare: number;
  readonly wait: Range | undefined;
  readonly run: Range | undefined;
}

/** The figures of all names: those with the most computing time first. */
export function taskFigures(names: readonly NameStats[]): readonly TaskFigures[] {
  const colors = colorNumbers(names.map(({ name }) => name));
  const ended = names.reduce((sum, name) => sum + endedOf(name), 0);
  const runMs = names.reduce((sum, { totalRunMs }) => sum + totalRunMs, 0);
  const waitScale = scaleOf(names.map(({ wait }) => wait));
  const runScale = scaleOf(names.map(({ run }) => run));
  return names
    .map((name) => ({
      name: name.name,
      color: colors.get(name.name) ?? 0,
      queued: name.queued,
      running: name.running,
      done: name.done,
      failed: name.failed,
      ended: endedOf(name),
      endedShare: share(endedOf(name), ended),
      runMs: name.totalRunMs,
      runShare: share(name.totalRunMs, runMs),
      wait: rangeOf(name.wait, waitScale),
      run: rangeOf(name.run, runScale),
    }))
    .toSorted((a, b) => b.runMs - a.runMs || a.name.localeCompare(b.name));
}

type Durations = NameStats['run'];

/** Durations differ by powers of ten, so the scale is logarithmic: from the shortest to the longest of all. */
function scaleOf(all: readonly Durations[]): (ms: number) => number {
  const known = all.filter((durations) => durations !== undefined);
  const least = Math.log(1 + Math.min(...known.map(({ minMs }) => minMs)));
  const most = Math.log(1 + Math.max(...known.map(({ maxMs }) => maxMs)));
  return (ms) => (most > least ? (Math.log(1 + ms) - least) / (most - least) : 0.5);
}

function rangeOf(durations: Durations, scale: (ms: number) => number): Range | undefined {
  if (durations === undefined) return undefined;
  const { minMs, meanMs, maxMs } = durations;
  return { minMs, meanMs, maxMs, from: scale(minMs), mean: scale(meanMs), to: scale(maxMs) };
}

function share(part: number, whole: number): number {
  return whole === 0 ? 0 : part / whole;
}
