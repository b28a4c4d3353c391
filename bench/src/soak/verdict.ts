import { slopeOf } from './slope.js';
import type { ProcessSample, Sample } from './sample.js';

/** By how much a process may grow in as long as the whole soak, going by its slope at the end. */
export const GROWTH_MAX: Readonly<Record<keyof ProcessSample, number>> = { residentMiB: 32, openFiles: 8 };
/**
 * Share of the time before anything is judged: caches, pools, what is kept of ended tasks, the heaps of V8 and of the
 * allocator fill up, ever more slowly. What leaks goes on as it began.
 */
const WARM_UP = 2 / 3;

/** How one figure of one process went. */
export interface Trend {
  readonly process: string;
  readonly figure: keyof ProcessSample;
  readonly perMinute: number;
  /** What that comes to in as long as the whole soak. */
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
      const growth = perMinute * minutes;
      return { process, figure, perMinute, growth, isTooMuch: growth > GROWTH_MAX[figure] };
    }),
  );
}
