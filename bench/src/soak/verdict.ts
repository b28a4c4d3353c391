import { quantile } from '../rounds.js';
import type { ProcessSample, Sample } from './sample.js';

/** By how much a process may grow in as long as the whole soak, going by the rise of its floor. */
export const GROWTH_MAX: Readonly<Record<keyof ProcessSample, number>> = { residentMiB: 32, openFiles: 8 };

/** Share of the samples that is below the floor: single odd moments do not move it. */
const FLOOR = 0.05;

/** How one figure of one process went. */
export interface Trend {
  readonly process: string;
  readonly figure: keyof ProcessSample;
  /** Of the second third of the time, and of the last: a twentieth of the samples is below. */
  readonly floors: readonly [number, number];
  readonly perMinute: number;
  /** What that comes to in as long as the whole soak. */
  readonly growth: number;
  readonly isTooMuch: boolean;
}

/**
 * Judges the samples of a soak: which processes grow, and whether any does so by too much. In the first third caches,
 * pools and what is kept of ended tasks fill up. After that the floor is judged: garbage comes and goes with its collections, and what
 * leaks is there after them.
 */
export function trendsOf(samples: readonly Sample[]): Trend[] {
  const minutes = samples.at(-1)?.minutes ?? 0;
  const third = minutes / 3;
  const second = samples.filter(({ minutes: at }) => at >= third && at < 2 * third);
  const last = samples.filter(({ minutes: at }) => at >= 2 * third);
  const names = Object.keys(samples.at(-1)?.processes ?? {});
  return names.flatMap((process) =>
    (['residentMiB', 'openFiles'] as const).map((figure) => {
      const floors = [floorOf(second, process, figure), floorOf(last, process, figure)] as const;
      const perMinute = (floors[1] - floors[0]) / third;
      const growth = perMinute * minutes;
      return { process, figure, floors, perMinute, growth, isTooMuch: !(growth <= GROWTH_MAX[figure]) };
    }),
  );
}

function floorOf(samples: readonly Sample[], process: string, figure: keyof ProcessSample): number {
  const values = samples.flatMap(({ processes }) => processes[process]?.[figure] ?? []);
  return quantile(values, FLOOR);
}
