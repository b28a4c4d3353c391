import { TaskClient } from '@penstock/client';
import { Cluster, type ClusterOptions } from '../cluster/cluster.js';
import type { Result } from '../result.js';
import { latency } from './latency.js';
import { throughput } from './throughput.js';
import { inBatches, promisePerTask } from './workloads.js';
import { Yardstick } from './yardstick.js';

const WARM_UP_TASKS = 20_000;
const WARM_UP_ECHOES = 20_000;
const WARM_UP_TRIPS = 3_000;

/** What one task costs from submit to result at each level, beside what a bare echo over ZeroMQ costs at the same time. */
export async function* e2e(): AsyncGenerator<Result> {
  const yardstick = await Yardstick.start();
  try {
    await yardstick.rate(WARM_UP_ECHOES);
    await yardstick.roundTrips(WARM_UP_TRIPS);
    for (const durability of ['memory', 'disk'] as const) yield* atLevel(durability, yardstick);
  } finally {
    yardstick.stop();
  }
}

async function* atLevel(
  durability: ClusterOptions['durability'],
  yardstick: Yardstick,
): AsyncGenerator<Result> {
  const cluster = await Cluster.start({ durability });
  const client = new TaskClient({ port: cluster.ports.client });
  const named = (result: Result): Result => ({ ...result, case: `${durability}: ${result.case}` });
  try {
    await client.ready(10_000);
    yield named(await latency('latency, cold', client, yardstick));
    for (const workload of [promisePerTask, inBatches]) {
      await workload.run(client, WARM_UP_TASKS);
      yield named(await throughput(workload, client, yardstick, cluster));
    }
    yield named(await latency('latency, warm', client, yardstick));
  } finally {
    await client.close();
    await cluster.stop();
  }
}
