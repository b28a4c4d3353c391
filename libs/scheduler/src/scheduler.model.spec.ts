import fc from 'fast-check';
import { describe, it } from 'vitest';
import { runs } from '../test/model/commands.js';
import { Trial } from '../test/model/trial.js';

/** Some 10^5 steps. Raise it for a long search: `PROPERTY_RUNS=10000 vitest run model`. */
// oxlint-disable-next-line no-restricted-properties -- how long to search is no parameter of Penstock
const numRuns = Number(process.env['PROPERTY_RUNS'] ?? 1_000);

describe('the scheduler', () => {
  it('does exactly what the model does, whatever happens', { timeout: 60_000 + numRuns * 200 }, () => {
    fc.assert(
      fc.property(runs(200), ({ settings, commands }) => {
        const trial = new Trial(settings);
        for (const command of commands) trial.run(command);
      }),
      { numRuns },
    );
  });
});
