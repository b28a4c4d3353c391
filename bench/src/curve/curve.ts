import { TaskClient } from '@penstock/client';
import { initKeys } from '@penstock/keys';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { childrenOf, cpuSeconds } from '../cluster/process-stat.js';
import { Cluster } from '../cluster/cluster.js';
import { PAYLOAD } from '../cluster/fill.js';
import { inBatches, promisePerTask, type Workload } from '../e2e/workloads.js';
import type { Result } from '../result.js';
import { quantile, spread } from '../rounds.js';

const ROUNDS = 5;
const TASKS = 50_000;
const TRIPS = 300;
const WARM_UP_TASKS = 20_000;
const LARGE_TASKS = 400;
const LARGE_BYTES = 1024 * 1024;
/** That many are under way at a time: well within the window of a client. */
const LARGE_OPEN = 16;

/** Tasks whose payload is what encryption costs most for. */
const large: Workload = {
  name: 'payloads of 1 MiB',
  async run(client, tasks) {
    const payload = new Uint8Array(LARGE_BYTES);
    let left = tasks;
    const lane = async (): Promise<void> => {
      while (left > 0) {
        left -= 1;
        await client.submit('NOOP', payload).result();
      }
    };
    await Promise.all(Array.from({ length: LARGE_OPEN }, lane));
  },
};

/** A cluster and a client of it, in the clear or with keys. */
interface Side {
  readonly name: 'off' | 'on';
  readonly cluster: Cluster;
  readonly client: TaskClient;
}

/** What keys cost: the same work over connections in the clear and encrypted ones, round by round in turn. */
export async function* curve(): AsyncGenerator<Result> {
  const folder = await mkdtemp(join(tmpdir(), 'penstock-keys-'));
  initKeys(folder);
  const sides: Side[] = [];
  try {
    sides.push(await start('off', undefined), await start('on', folder));
    for (const { client } of sides) await inBatches.run(client, WARM_UP_TASKS);
    for (const [workload, tasks] of [
      [promisePerTask, TASKS],
      [inBatches, TASKS],
      [large, LARGE_TASKS],
    ] as const)
      yield* throughput(workload, tasks, sides);
    yield* latency(sides);
  } finally {
    for (const { client, cluster } of sides) {
      await client.close();
      await cluster.stop();
    }
    await rm(folder, { recursive: true, force: true });
  }
}

async function start(name: Side['name'], folder: string | undefined): Promise<Side> {
  const key = folder === undefined ? undefined : join(folder, 'client', 'peer.key');
  const parameters =
    folder === undefined
      ? {}
      : {
          PENSTOCK_KEYS: join(folder, 'balancer'),
          PENSTOCK_KEY: join(folder, 'worker', 'peer.key'),
          // What is measured is the way, not what else follows from a key.
          WKHUB_CONFINE: 'false',
        };
  const cluster = await Cluster.start({ durability: 'memory', parameters });
  const client = new TaskClient({ port: cluster.ports.client, ...(key === undefined ? {} : { key }) });
  await client.ready(10_000);
  return { name, cluster, client };
}

async function* throughput(
  workload: Workload,
  tasks: number,
  sides: readonly Side[],
): AsyncGenerator<Result> {
  const rates = sides.map((): number[] => []);
  const costs = sides.map((): number[] => []);
  for (let round = 0; round < ROUNDS; round++) {
    for (const [index, { client, cluster }] of sides.entries()) {
      const hub = cluster.hubs[0]?.pid ?? 0;
      const pids = [process.pid, cluster.balancer.pid, hub, ...childrenOf(hub)];
      const before = cpuOf(pids);
      const begun = performance.now();
      await workload.run(client, tasks);
      rates[index]?.push(tasks / ((performance.now() - begun) / 1_000));
      costs[index]?.push(((cpuOf(pids) - before) / tasks) * 1e6);
    }
  }
  const base = spread(rates[0] ?? []).median;
  for (const [index, { name }] of sides.entries()) {
    const rate = spread(rates[index] ?? []);
    yield {
      case: `${workload.name}, keys ${name}`,
      unit: 'tasks/s',
      ...rate,
      ratio: rate.median / base,
      runs: ROUNDS,
      details: { ratioTo: 'keys off', tasks, cpuUs: Number(spread(costs[index] ?? []).median.toFixed(2)) },
    };
  }
}

async function* latency(sides: readonly Side[]): AsyncGenerator<Result> {
  const medians = sides.map((): number[] => []);
  const all = sides.map((): number[] => []);
  for (let round = 0; round < ROUNDS; round++) {
    for (const [index, { client }] of sides.entries()) {
      const times: number[] = [];
      for (let trip = 0; trip < TRIPS; trip++) {
        const begun = performance.now();
        await client.submit('NOOP', PAYLOAD).result();
        times.push(performance.now() - begun);
      }
      medians[index]?.push(spread(times).median);
      all[index]?.push(...times);
    }
  }
  const base = spread(medians[0] ?? []).median;
  for (const [index, { name }] of sides.entries()) {
    const median = spread(medians[index] ?? []);
    yield {
      case: `latency, keys ${name}`,
      unit: 'ms',
      ...median,
      ratio: median.median / base,
      runs: ROUNDS,
      details: {
        ratioTo: 'keys off',
        samples: TRIPS,
        p99: Number(quantile(all[index] ?? [], 0.99).toFixed(3)),
      },
    };
  }
}

/** Processor time of some processes, in seconds. */
function cpuOf(pids: readonly number[]): number {
  return pids.reduce((sum, pid) => sum + cpuSeconds(pid), 0);
}
