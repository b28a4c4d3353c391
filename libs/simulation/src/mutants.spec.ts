import { expect, it } from 'vitest';
import { mutants } from '../test/mutants.js';
import { runSeed, type RunReport } from './run.js';

/** A bug that so many seeds do not find would live on. */
const SEEDS_MAX = 100;
const TIMEOUT_MS = 120_000;

// A simulator that finds nothing proves nothing.
it.each(mutants)('finds that $bug', { timeout: TIMEOUT_MS }, async ({ rules, build }) => {
  let report: RunReport | undefined;
  for (let seed = 1; seed <= SEEDS_MAX && report?.finding === undefined; seed++) {
    report = await runSeed(seed, { build });
  }
  expect(rules).toContain(report?.finding?.rule);
});
