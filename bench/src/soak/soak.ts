import { setTimeout as sleep } from 'node:timers/promises';
import { Cluster } from '../cluster/cluster.js';
import { childrenOf, memoryOf, openFiles } from '../cluster/process-stat.js';
import { quantile } from '../rounds.js';
import { Load } from './load.js';
import type { ProcessSample, Sample } from './sample.js';

const MIB = 1024 * 1024;
const INTERVAL_MS = 2_000;
/** What is kept of ended tasks is full soon, so that growth beyond it shows. */
const SHORT_MEMORY = {
  LB_FINISHED_MAX: '10000',
  LB_FINISHED_TTL: '2m',
  LB_COLLECTED_TTL: '5s',
  LB_CANCELLED_TTL: '5s',
  LB_DEAD_MAX: '1000',
  LB_IDEMPOTENCY_WINDOW: '10s',
};

/**
 * What is resident is to be what is in use, which two habits hide. What glibc's allocator is freed of it keeps, and asks for more when
 * that is in pieces, so that a process is as large as in its worst moment so far: it gives back blocks of such a size (bytes) at once
 * (mallopt(3), `M_MMAP_THRESHOLD`; other systems do not know it). And V8 makes room for young objects that doubles, up to 128 MiB, at
 * whatever minute a burst comes: it has 8.
 */
const HONEST_MEMORY = { MALLOC_MMAP_THRESHOLD_: '65536', NODE_OPTIONS: '--max-semi-space-size=4' };

/** Puts a mixed load on a cluster of real processes, and measures it at intervals until the time is over. */
export async function* soak(minutes: number): AsyncGenerator<Sample> {
  const cluster = await Cluster.start({
    durability: 'disk',
    hubs: 2,
    workers: '[{"nWorkers":2}]',
    parameters: { ...SHORT_MEMORY, ...HONEST_MEMORY },
  });
  try {
    const { load, done } = Load.start(cluster);
    const begun = performance.now();
    const failed = done.then(() => undefined);
    for (let at = 0; at < minutes;) {
      await Promise.race([sleep(INTERVAL_MS), failed]);
      at = (performance.now() - begun) / 60_000;
      yield await sample(cluster, load, at);
    }
    load.stop();
    await done;
  } finally {
    await cluster.stop();
  }
}

async function sample(cluster: Cluster, load: Load, minutes: number): Promise<Sample> {
  const latencies = load.takeLatencies();
  return {
    minutes,
    processes: Object.fromEntries(pidsOf(cluster).map(([name, pid]) => [name, measured(pid)])),
    loopDelayMs: (await cluster.metric('nodejs_eventloop_lag_p99_seconds')) * 1_000,
    latencyMs: { p50: quantile(latencies, 0.5), p99: quantile(latencies, 0.99) },
    tasks: load.ended,
  };
}

function pidsOf({ balancer, hubs }: Cluster): [string, number][] {
  const ofHubs = hubs.flatMap(({ pid }, index): [string, number][] => [
    [`hub-${index + 1}`, pid],
    ...childrenOf(pid).map((worker, at): [string, number] => [`worker-${index + 1}.${at + 1}`, worker]),
  ]);
  return [['client', process.pid], ['balancer', balancer.pid], ...ofHubs];
}

function measured(pid: number): ProcessSample {
  const { resident, file } = memoryOf(pid);
  return { residentMiB: (resident - file) / MIB, openFiles: openFiles(pid) };
}
