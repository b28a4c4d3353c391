import { stat } from 'node:fs/promises';
import { join } from 'node:path';
import { Cluster } from '../cluster/cluster.js';
import { fillQueue, queuedTasks, ROOM_FOR_A_MILLION, type Packing } from '../cluster/fill.js';
import { cpuSecondsOfAll, memoryOf } from '../cluster/process-stat.js';
import type { Result } from '../result.js';
import { spread } from '../rounds.js';

const LONGEST = 1_000_000;
const QUEUES = [1_000, 10_000, 100_000, LONGEST];
const ROUNDS = 3;
const MIB = 1024 * 1024;

/** How long a balancer that was killed takes to be there again, and how large it then is, against what waits in its journal. */
export async function* recovery(): AsyncGenerator<Result> {
  let shortest: number | undefined;
  let longest = NaN;
  for (const queued of QUEUES) {
    const result = await recoveryOf(queued, 'packed');
    longest = result.median;
    shortest ??= longest;
    yield { ...result, ratio: longest / shortest };
  }
  const result = await recoveryOf(LONGEST, 'single');
  yield { ...result, ratio: result.median / longest };
}

async function recoveryOf(queued: number, packing: Packing): Promise<Omit<Result, 'ratio'>> {
  const cluster = await Cluster.start({ durability: 'disk', hubs: 0, parameters: ROOM_FOR_A_MILLION });
  try {
    await fillQueue(cluster, queued, packing);
    const { details, ...result } = await recover(cluster, queued);
    return packing === 'packed'
      ? { case: `queued=${queued}`, ...result, details }
      : {
          case: `queued=${queued}, one per message`,
          ...result,
          details: { ...details, ratioTo: 'as many in packed messages' },
        };
  } finally {
    await cluster.stop();
  }
}

async function recover(cluster: Cluster, queued: number): Promise<Omit<Result, 'case' | 'ratio'>> {
  const times: number[] = [];
  const residents: number[] = [];
  const peaks: number[] = [];
  const cpu: number[] = [];
  for (let round = 0; round < ROUNDS; round++) {
    times.push((await cluster.restartBalancer()) / 1_000);
    const { resident, peak } = memoryOf(cluster.balancer.pid);
    cpu.push(cpuSecondsOfAll(cluster.balancer.pid));
    residents.push(resident / MIB);
    peaks.push(peak / MIB);
    const found = await queuedTasks(cluster);
    if (found !== queued) throw new Error(`${found} tasks of ${queued} are queued again`);
  }
  const { size } = await stat(join(cluster.folder, 'journal', 'journal.mdb'));
  return {
    unit: 's',
    ...spread(times),
    runs: ROUNDS,
    details: {
      payloadBytes: 100,
      cpuSeconds: Number(spread(cpu).median.toFixed(2)),
      residentMiB: Math.round(spread(residents).median),
      peakMiB: Math.round(spread(peaks).max),
      journalMiB: Math.round(size / MIB),
    },
  };
}
