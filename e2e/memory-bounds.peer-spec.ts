import { readFileSync } from 'node:fs';
import { expect, it, onTestFinished } from 'vitest';
import { clusterForTest } from './support/cluster-for-test.js';
import type { Cluster } from './support/cluster.js';
import { RudeClient } from './support/rude-client.js';
import { taskFolder, taskSource } from './support/task-folder.js';

/** What the balancer may take. Its program alone is a third of it, the bounds below another; the rest is garbage. */
const RESIDENT_MIB_MAX = 320;

const bounds = {
  LB_QUEUE_MAXBYTES: '16MiB',
  LB_FINISHED_MAXBYTES: '16MiB',
  LB_DEAD_MAXBYTES: '16MiB',
  LB_WINDOW_BYTES: '4MiB',
  LB_WINDOW_TASKS: '1000',
  LB_PAYLOAD_MAX: '1MiB',
  PENSTOCK_DATA: 'none',
};

const RESULT_BYTES = 256 * 1024;
/** Results of the client that reads none: more than a GiB. */
const RESULTS = 5_000;

it('stays within its memory with a client that submits without end and one that never reads its results', async () => {
  const big = `() => Buffer.alloc(${RESULT_BYTES}, 1)`;
  const tasks = await taskFolder({
    'big.ts': taskSource('BIG', big),
    'echo.ts': taskSource('ECHO', '(payload) => payload'),
  });
  const cluster = await clusterForTest({ tasks, parameters: bounds });
  const endless = await rudeClient(cluster);
  const deaf = await rudeClient(cluster);
  const client = cluster.client();

  let most = 0;
  for (let served = 0, done = 0; done < RESULTS; served++) {
    endless.submit(20, 'NOBODY', 'x'.repeat(2_000));
    deaf.submit(1, 'BIG', '');
    expect(await client.submit('ECHO', served).result({ timeoutMs: 30_000 })).toBe(served);
    most = Math.max(most, residentMiB(cluster.balancer.pid));
    expect(most).toBeLessThan(RESIDENT_MIB_MAX);
    done = await tasksDone(cluster, 'BIG');
  }
  expect(endless.sent).toBeGreaterThan(1_000);
});

async function rudeClient(cluster: Cluster): Promise<RudeClient> {
  const client = await RudeClient.connect(cluster.ports.client);
  onTestFinished(() => client.close());
  return client;
}

async function tasksDone(cluster: Cluster, name: string): Promise<number> {
  const { tasks } = (await cluster.request('/api/stats')).body as { tasks: { name: string; done: number }[] };
  return tasks.find((task) => task.name === name)?.done ?? 0;
}

function residentMiB(pid: number): number {
  const [, kilobytes] = /^VmRSS:\s+(\d+) kB$/m.exec(readFileSync(`/proc/${pid}/status`, 'latin1')) ?? [];
  return Number(kilobytes) / 1_024;
}
