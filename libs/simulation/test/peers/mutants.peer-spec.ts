import { expect, it } from 'vitest';
import { mutants } from '../mutants.js';
import { scenarioOf } from '../../src/scenario/generate.js';
import { runSeed, type RunReport } from '../../src/run.js';

/** A bug that so many seeds do not find would live on. */
const SEEDS_MAX = 100;
const TIMEOUT_MS = 120_000;

// A simulator that finds nothing proves nothing.
it.each(mutants)('finds that $bug', { timeout: TIMEOUT_MS }, async ({ rules, build, needs }) => {
  let report: RunReport | undefined;
  for (let seed = 1; seed <= SEEDS_MAX && report?.finding === undefined; seed++) {
    const scenario = scenarioOf(seed);
    if (needs === undefined || needs in scenario.faults) report = await runSeed(seed, { build, scenario });
  }
  expect(rules).toContain(report?.finding?.rule);
});
