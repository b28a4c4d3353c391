import type { TaskClient } from '@penstock/client';
import { PAYLOAD } from '../cluster/fill.js';
import type { Result } from '../result.js';
import { quantile, spread } from '../rounds.js';
import type { Yardstick } from './yardstick.js';

const ROUNDS = 5;
const SAMPLES = 200;

/** Milliseconds from submit to result of one task at a time, as a ratio to a raw round trip, measured before each round. */
export async function latency(name: string, client: TaskClient, yardstick: Yardstick): Promise<Result> {
  const medians: number[] = [];
  const ratios: number[] = [];
  const all: number[] = [];
  const trips: number[] = [];
  for (let round = 0; round < ROUNDS; round++) {
    const raw = await yardstick.roundTrips(SAMPLES);
    const times: number[] = [];
    for (let sample = 0; sample < SAMPLES; sample++) {
      const begun = performance.now();
      await client.submit('NOOP', PAYLOAD).result();
      times.push(performance.now() - begun);
    }
    const { median } = spread(times);
    medians.push(median);
    ratios.push(median / spread(raw).median);
    all.push(...times);
    trips.push(...raw);
  }
  return {
    case: name,
    unit: 'ms',
    ...spread(medians),
    ratio: spread(ratios).median,
    runs: ROUNDS,
    details: {
      ratioTo: 'one raw round trip',
      samples: SAMPLES,
      p99: Number(quantile(all, 0.99).toFixed(3)),
      p99Ratio: Number((quantile(all, 0.99) / quantile(trips, 0.99)).toFixed(2)),
    },
  };
}
