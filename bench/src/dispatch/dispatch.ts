import type { Result } from '../result.js';
import { interleave, spread } from '../rounds.js';
import { Load, type LoadOptions } from './load.js';

const ROUNDS = 7;

/** What the cases have in common unless they say otherwise: each group reads 10 lanes, each user waits in one. */
const usual: LoadOptions = {
  queued: 100_000,
  users: 10_000,
  groups: 50,
  bands: 50,
  bandWidth: 10,
  names: 1,
  lanesPerUser: 1,
};

const lengths = [1_000, 10_000, 100_000, 1_000_000];

/** What one dispatch costs, against the length of the queue and against what else may grow. */
export function* dispatch(): Generator<Result> {
  yield* family('queued', lengths, (queued) => ({ ...usual, queued }));
  yield* family('spreadQueued', lengths, (queued) => ({ ...usual, queued, lanesPerUser: Infinity }));
  yield* family('users', [100, 1_000, 10_000, 100_000], (users) => ({ ...usual, users }));
  yield* family('lanes', [1, 10, 100], (names) => ({ ...usual, bands: 1, bandWidth: 1, names }));
  yield* family('lanesPerUser', [1, 10, 50], (lanesPerUser) => ({ ...usual, users: 1_000, lanesPerUser }));
  yield* family('bands', [1, 10, 50, 250], (bands) => ({ ...usual, groups: 250, bands, bandWidth: 1 }));
}

/** Cases that differ in one number, each compared with the first. */
function* family(
  name: string,
  sizes: readonly number[],
  optionsOf: (size: number) => LoadOptions,
): Generator<Result> {
  const loads = sizes.map((size) => new Load(optionsOf(size)));
  const samples = interleave(loads, ROUNDS);
  const costs = samples.map((costsOfLoad) => ({
    dispatch: spread(costsOfLoad.map(({ dispatchNs }) => dispatchNs)),
    cycle: spread(costsOfLoad.map(({ cycleNs }) => cycleNs)),
    mean: spread(costsOfLoad.map(({ meanNs }) => meanNs)),
  }));
  const [base] = costs;
  for (const [index, { dispatch: cost, cycle, mean }] of costs.entries()) {
    const options = optionsOf(sizes[index] ?? 0);
    yield {
      case: `${name}=${sizes[index]}`,
      unit: 'ns/dispatch',
      ...cost,
      ratio: cost.median / (base?.dispatch.median ?? NaN),
      runs: ROUNDS,
      details: {
        mean: Math.round(mean.median),
        cycle: Math.round(cycle.median),
        cycleRatio: cycle.median / (base?.cycle.median ?? NaN),
        batch: options.groups,
        lanes: loads[index]?.lanes ?? 0,
      },
    };
  }
}
