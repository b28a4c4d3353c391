import { Cluster, type ClusterOptions } from '../cluster/cluster.js';
import { fillQueue, ROOM_FOR_A_MILLION, type Packing } from '../cluster/fill.js';
import { memoryOf } from '../cluster/process-stat.js';
import type { Result } from '../result.js';
import { spread } from '../rounds.js';

/** Queued before the first look: what the program takes by itself, and what grows only once. */
const FIRST = 10_000;
const QUEUED = 500_000;
const ROUNDS = 3;

/** What a queued task takes of the balancer's memory, beside the bytes of its payload. */
export async function* memory(): AsyncGenerator<Result> {
  for (const durability of ['memory', 'disk'] as const) {
    for (const packing of ['packed', 'single'] as const) {
      const bytes: number[] = [];
      for (let round = 0; round < ROUNDS; round++) bytes.push(await bytesPerTask(durability, packing));
      yield {
        case: `queued, ${durability}${packing === 'packed' ? '' : ', one per message'}`,
        unit: 'B/task',
        ...spread(bytes),
        ratio: spread(bytes).median / 100,
        runs: ROUNDS,
        details: { queued: QUEUED, payloadBytes: 100, ratioTo: 'its payload' },
      };
    }
  }
}

async function bytesPerTask(durability: ClusterOptions['durability'], packing: Packing): Promise<number> {
  const cluster = await Cluster.start({ durability, hubs: 0, parameters: ROOM_FOR_A_MILLION });
  try {
    await fillQueue(cluster, FIRST, packing);
    const before = ownBytes(cluster);
    await fillQueue(cluster, QUEUED, packing);
    return (ownBytes(cluster) - before) / QUEUED;
  } finally {
    await cluster.stop();
  }
}

/** Without the pages of the journal that happen to be in memory. */
function ownBytes({ balancer }: Cluster): number {
  const { resident, file } = memoryOf(balancer.pid);
  return resident - file;
}
