import type { Moment } from '../../live/live-state.js';
import { colorNumbers } from '../../theme/series-colors.js';

/** Names that have a line of their own; the others are shown together. */
const NAMES_MAX = 8;

/** A line of a chart: a value for each moment, `null` where there is none. */
export interface Series {
  readonly label: string;
  /** The number of its colour; `undefined` = the line in all, which has that of text. */
  readonly color: number | undefined;
  readonly values: readonly (number | null)[];
}

/** What a chart over the last minute shows. */
export interface Timeline {
  /** Seconds since 1970, one for each value. */
  readonly seconds: readonly number[];
  readonly series: readonly Series[];
}

/** Queued tasks: in all, and of each name. */
export function queueLengths(history: readonly Moment[]): Timeline {
  return timeline(
    history,
    'Total',
    ({ queued }) => queued,
    ({ queued }) => queued,
    sum,
  );
}

/** How long the oldest queued task has waited, in seconds: of all, and of each name. */
export function oldestWaits(history: readonly Moment[]): Timeline {
  const seconds = (name: Named): number => (name.oldestWaitMs ?? 0) / 1_000;
  return timeline(history, 'Max', ({ names }) => largest(names.map(seconds)), seconds, largest);
}

/** Tasks that ended per second, between one moment and the next. */
export function endedPerSecond(history: readonly Moment[]): number {
  const [first, last] = [history[0], history.at(-1)];
  if (first === undefined || last === undefined || last.at <= first.at) return 0;
  const recent = history.find(({ at }) => last.at - at <= 5_500) ?? first;
  const seconds = (last.at - recent.at) / 1_000;
  // A balancer that started anew begins to count anew.
  return seconds > 0 ? Math.max(0, last.ended - recent.ended) / seconds : 0;
}

type Named = Moment['names'][number];

function timeline(
  history: readonly Moment[],
  label: string,
  total: (moment: Moment) => number,
  value: (name: Named) => number,
  together: (values: readonly number[]) => number,
): Timeline {
  const peaks = new Map<string, number>();
  for (const { names } of history)
    for (const name of names) peaks.set(name.name, Math.max(peaks.get(name.name) ?? 0, value(name)));
  const ranked = [...peaks].filter(([, peak]) => peak > 0).toSorted(([, a], [, b]) => b - a);
  const own = ranked
    .slice(0, NAMES_MAX)
    .map(([name]) => name)
    .toSorted();
  const others = new Set(ranked.slice(NAMES_MAX).map(([name]) => name));
  const colors = colorNumbers(peaks.keys());
  const lines: Series[] = [{ label, color: undefined, values: history.map(total) }];
  for (const wanted of own) {
    const valueAt = ({ names }: Moment): number | null => {
      const name = names.find((candidate) => candidate.name === wanted);
      return name === undefined ? null : value(name);
    };
    lines.push({ label: wanted, color: colors.get(wanted), values: history.map(valueAt) });
  }
  if (others.size > 0) {
    const valueAt = ({ names }: Moment): number =>
      together(names.filter(({ name }) => others.has(name)).map(value));
    lines.push({ label: `${others.size} others`, color: colors.size, values: history.map(valueAt) });
  }
  return { seconds: history.map(({ at }) => at / 1_000), series: lines };
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0);
}

function largest(values: readonly number[]): number {
  return values.reduce((most, value) => Math.max(most, value), 0);
}
