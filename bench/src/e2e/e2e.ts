import { TaskClient } from '@penstock/client';
import type { Result } from '../result.js';
import { spread } from '../rounds.js';
import { childrenOf, cpuSeconds } from './cpu-time.js';
import { Cluster } from './cluster.js';
import { Yardstick } from './yardstick.js';

const ROUNDS = 5;
const ECHOES = 20_000;
const TASKS = 100_000;
const WARM_UP_TASKS = 20_000;
/** Tasks that a client has under way at a time; a window of 32 batches of 128. */
const OPEN_TASKS = 4_096;
const LATENCY_SAMPLES = 200;
const PAYLOAD = 'x'.repeat(98);

/** What one task costs from submit to result, beside what a bare echo over ZeroMQ costs at the same time. */
export async function* e2e(): AsyncGenerator<Result> {
  const yardstick = await Yardstick.start();
  const cluster = await Cluster.start('[{"nWorkers":1}]');
  const client = new TaskClient({ port: cluster.clientPort });
  try {
    await client.ready(10_000);
    await yardstick.rate(ECHOES);
    yield await latency(client, yardstick, 'latency, 1 outstanding, cold');
    for (const [name, run] of [
      ['a promise per task', promisePerTask],
      ['batches', inBatches],
    ] as const) {
      await run(client, WARM_UP_TASKS);
      yield await throughput(name, run, client, yardstick, cluster);
    }
    yield await latency(client, yardstick, 'latency, 1 outstanding, warm');
  } finally {
    await client.close();
    await cluster.stop();
    yardstick.stop();
  }
}

type Run = (client: TaskClient, tasks: number) => Promise<void>;

/** The client asks for each task by itself, and keeps a window of them open. */
async function promisePerTask(client: TaskClient, tasks: number): Promise<void> {
  let submitted = 0;
  const lane = async (): Promise<void> => {
    while (submitted < tasks) {
      submitted += 1;
      await client.submit('NOOP', PAYLOAD).result();
    }
  };
  await Promise.all(Array.from({ length: OPEN_TASKS }, lane));
}

/** The client hands tasks in by the thousand, and waits for them by the thousand. */
async function inBatches(client: TaskClient, tasks: number): Promise<void> {
  const payloads = Array<string>(OPEN_TASKS / 4).fill(PAYLOAD);
  let left = tasks;
  const lane = async (): Promise<void> => {
    while (left > 0) {
      left -= payloads.length;
      await client.submitMany('NOOP', payloads).results();
    }
  };
  await Promise.all(Array.from({ length: 4 }, lane));
}

async function throughput(
  name: string,
  run: Run,
  client: TaskClient,
  yardstick: Yardstick,
  { pids }: Cluster,
): Promise<Result> {
  const rates: number[] = [];
  const ratios: number[] = [];
  const cpu = {
    client: [] as number[],
    balancer: [] as number[],
    hub: [] as number[],
    worker: [] as number[],
  };
  const [worker = 0] = childrenOf(pids.hub);
  for (let round = 0; round < ROUNDS; round++) {
    const echoes = await yardstick.rate(ECHOES);
    const pidOf = { client: process.pid, balancer: pids.balancer, hub: pids.hub, worker };
    const before = mapValues(pidOf, cpuSeconds);
    const begun = performance.now();
    await run(client, TASKS);
    const rate = TASKS / ((performance.now() - begun) / 1_000);
    const after = mapValues(pidOf, cpuSeconds);
    rates.push(rate);
    ratios.push(rate / echoes);
    for (const part of ['client', 'balancer', 'hub', 'worker'] as const) {
      cpu[part].push(((after[part] - before[part]) / TASKS) * 1e6);
    }
  }
  const cost = mapValues(cpu, (samples) => Number(spread(samples).median.toFixed(2)));
  return {
    case: name,
    unit: 'tasks/s',
    ...spread(rates),
    ratio: spread(ratios).median,
    runs: ROUNDS,
    details: {
      tasks: TASKS,
      payloadBytes: 100,
      echoesPerSecond: Math.round(spread(rates).median / spread(ratios).median),
      clientCpuUs: cost.client,
      balancerCpuUs: cost.balancer,
      hubCpuUs: cost.hub,
      workerCpuUs: cost.worker,
    },
  };
}

async function latency(client: TaskClient, yardstick: Yardstick, name: string): Promise<Result> {
  const medians: number[] = [];
  const ratios: number[] = [];
  const all: number[] = [];
  for (let round = 0; round < ROUNDS; round++) {
    const trip = spread(await yardstick.roundTrips(LATENCY_SAMPLES)).median;
    const times: number[] = [];
    for (let sample = 0; sample < LATENCY_SAMPLES; sample++) {
      const begun = performance.now();
      await client.submit('NOOP', PAYLOAD).result();
      times.push(performance.now() - begun);
    }
    const { median } = spread(times);
    medians.push(median);
    ratios.push(median / trip);
    all.push(...times);
  }
  all.sort((a, b) => a - b);
  const p99 = all[Math.floor(all.length * 0.99)] ?? NaN;
  return {
    case: name,
    unit: 'ms',
    ...spread(medians),
    ratio: spread(ratios).median,
    runs: ROUNDS,
    details: { samples: LATENCY_SAMPLES, p99: Number(p99.toFixed(3)), ratioTo: 'one raw round trip' },
  };
}

function mapValues<Key extends string, From, To>(
  values: Record<Key, From>,
  map: (value: From) => To,
): Record<Key, To> {
  return Object.fromEntries(
    Object.entries(values).map(([key, value]) => [key, map(value as From)]),
  ) as Record<Key, To>;
}
