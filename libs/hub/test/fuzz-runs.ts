import type fc from 'fast-check';
import { inject } from 'vitest';

declare module 'vitest' {
  interface ProvidedContext {
    /** How long each storm goes on, in minutes; 0 = a few seconds, as in every test run. */
    readonly fuzzMinutes: number;
    /** The seed of the storms; empty = a new one. */
    readonly fuzzSeed: string;
  }
}

const SHORT_MS = 2_000;

/** How long a storm goes on, in milliseconds. */
export function stormMs(): number {
  return inject('fuzzMinutes') * 60_000 || SHORT_MS;
}

/**
 * As many runs as fit in the time of a storm. The seed is printed: with `--seed` it is the same storm again.
 *
 * @param runs how many there are in the short storm of every test run, however long they take; default: what fits
 */
export function fuzzRuns(storm: string, runs?: number): fc.Parameters<unknown> {
  const wanted = inject('fuzzSeed');
  const seed = wanted === '' ? Date.now() % 2 ** 31 : Number(wanted);
  process.stderr.write(`fuzz: ${storm}, seed ${seed}\n`);
  if (runs !== undefined && inject('fuzzMinutes') === 0) return { seed, numRuns: runs };
  return { seed, numRuns: 1_000_000, interruptAfterTimeLimit: stormMs(), markInterruptAsFailure: false };
}
