import type { TaskClient } from '@penstock/client';
import type { Cluster } from '../cluster/cluster.js';
import { childrenOf, cpuSeconds } from '../cluster/process-stat.js';
import type { Result } from '../result.js';
import { spread } from '../rounds.js';
import type { Workload } from './workloads.js';
import type { Yardstick } from './yardstick.js';

const ROUNDS = 5;
const ECHOES = 20_000;
const TASKS = 100_000;

const parts = ['client', 'balancer', 'hub', 'worker'] as const;

/** Tasks per second from submit to result, as a ratio to echoes per second, measured before each round. */
export async function throughput(
  { name, run }: Workload,
  client: TaskClient,
  yardstick: Yardstick,
  { balancer, hubs }: Cluster,
): Promise<Result> {
  const hub = hubs[0]?.pid ?? 0;
  const [worker = 0] = childrenOf(hub);
  const pids = { client: process.pid, balancer: balancer.pid, hub, worker };
  const rates: number[] = [];
  const ratios: number[] = [];
  const cpu = parts.map((part) => ({ part, microseconds: [] as number[] }));
  for (let round = 0; round < ROUNDS; round++) {
    const echoes = await yardstick.rate(ECHOES);
    const before = parts.map((part) => cpuSeconds(pids[part]));
    const begun = performance.now();
    await run(client, TASKS);
    const rate = TASKS / ((performance.now() - begun) / 1_000);
    rates.push(rate);
    ratios.push(rate / echoes);
    for (const [index, { part, microseconds }] of cpu.entries()) {
      const seconds = cpuSeconds(pids[part]) - (before[index] ?? 0);
      microseconds.push((seconds / TASKS) * 1e6);
    }
  }
  const cost = cpu.map(({ part, microseconds }) => [
    `${part}CpuUs`,
    Number(spread(microseconds).median.toFixed(2)),
  ]);
  return {
    case: name,
    unit: 'tasks/s',
    ...spread(rates),
    ratio: spread(ratios).median,
    runs: ROUNDS,
    details: {
      ratioTo: 'echoes of 100 bytes, 256 outstanding',
      tasks: TASKS,
      payloadBytes: 100,
      ratioMax: Number(spread(ratios).max.toFixed(2)),
      ...(Object.fromEntries(cost) as Record<string, number>),
    },
  };
}
