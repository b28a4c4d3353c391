import { slopeOf } from './slope.js';
import type { ProcessSample, Sample } from './sample.js';

/** By how much a process may have grown over the time that is judged, going by its slope. */
export const GROWTH_MAX: Readonly<Record<keyof ProcessSample, number>> = { residentMiB: 32, openFiles: 8 };
/** Share of the time before anything is judged: caches, pools and what is kept of ended tasks fill up. */
const WARM_UP = 1 / 3;

/** How one figure of one process went. */
export interface Trend {
  readonly process: string;
  readonly figure: keyof ProcessSample;
  readonly perMinute: number;
  /** The slope over all of the time that is judged. */
  readonly growth: number;
  readonly isTooMuch: boolean;
}

/** Judges the samples of a soak: which processes grow, and whether any does so by too much. */
export function trendsOf(samples: readonly Sample[]): Trend[] {
  const minutes = samples.at(-1)?.minutes ?? 0;
  const judged = samples.filter((sample) => sample.minutes >= minutes * WARM_UP);
  const names = Object.keys(samples.at(-1)?.processes ?? {});
  return names.flatMap((process) =>
    (['residentMiB', 'openFiles'] as const).map((figure) => {
      const points = judged.flatMap(({ minutes: at, processes }) => {
        const value = processes[process]?.[figure];
        return value === undefined ? [] : [{ minutes: at, value }];
      });
      const perMinute = slopeOf(points);
      const growth = perMinute * minutes * (1 - WARM_UP);
      return { process, figure, perMinute, growth, isTooMuch: growth > GROWTH_MAX[figure] };
    }),
  );
}
