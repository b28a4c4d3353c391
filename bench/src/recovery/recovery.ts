import { stat } from 'node:fs/promises';
import { join } from 'node:path';
import { Cluster } from '../cluster/cluster.js';
import { fillQueue, queuedTasks, ROOM_FOR_A_MILLION } from '../cluster/fill.js';
import { memoryOf } from '../cluster/process-stat.js';
import type { Result } from '../result.js';
import { spread } from '../rounds.js';

const QUEUES = [1_000, 10_000, 100_000, 1_000_000];
const ROUNDS = 3;
const MIB = 1024 * 1024;

/** How long a balancer that was killed takes to be there again, and how large it then is, against what waits in its journal. */
export async function* recovery(): AsyncGenerator<Result> {
  let shortest: number | undefined;
  for (const queued of QUEUES) {
    const cluster = await Cluster.start({ durability: 'disk', hubs: 0, parameters: ROOM_FOR_A_MILLION });
    try {
      await fillQueue(cluster, queued);
      const result = await recover(cluster, queued);
      shortest ??= result.median;
      yield { ...result, ratio: result.median / shortest };
    } finally {
      await cluster.stop();
    }
  }
}

async function recover(cluster: Cluster, queued: number): Promise<Omit<Result, 'ratio'>> {
  const times: number[] = [];
  const residents: number[] = [];
  const peaks: number[] = [];
  for (let round = 0; round < ROUNDS; round++) {
    times.push((await cluster.restartBalancer()) / 1_000);
    const { resident, peak } = memoryOf(cluster.balancer.pid);
    residents.push(resident / MIB);
    peaks.push(peak / MIB);
    const found = await queuedTasks(cluster);
    if (found !== queued) throw new Error(`${found} tasks of ${queued} are queued again`);
  }
  const { size } = await stat(join(cluster.folder, 'journal', 'journal.mdb'));
  return {
    case: `queued=${queued}`,
    unit: 's',
    ...spread(times),
    runs: ROUNDS,
    details: {
      payloadBytes: 100,
      residentMiB: Math.round(spread(residents).median),
      peakMiB: Math.round(spread(peaks).max),
      journalMiB: Math.round(size / MIB),
    },
  };
}
