import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { HealthVerdict, HubView } from '@penstock/protocol';
import { expect, it, onTestFinished, vi } from 'vitest';
import { clusterForTest } from './support/cluster-for-test.js';
import type { Cluster } from './support/cluster.js';
import { stallingProxy } from './support/stalling-proxy.js';
import { taskFolder, taskSource } from './support/task-folder.js';

/** Probes often enough for a test; a hub counts as dead after a bit more than 2 seconds. */
const often = { HC_INTERVAL: '300ms', HC_TIMEOUT: '250ms', HC_MISSES: '6' };
/** Longer than any test: the balancer by itself gives nobody up. */
const never = { HEARTBEAT_TIMEOUT: '1h', LB_DISCONNECT_GRACE: '1h' };

async function until(cluster: Cluster, check: (verdict: HealthVerdict) => void): Promise<void> {
  await vi.waitFor(async () => check(await cluster.verdict()), { timeout: 60_000, interval: 50 });
}

/** What the health check finds of a hub. */
function hubIn({ components }: HealthVerdict, name: string) {
  return components.find((component) => component.kind === 'hub' && component.name === name);
}

async function hubsOf(cluster: Cluster): Promise<readonly HubView[]> {
  return ((await cluster.request('/api/workers')).body as { hubs: HubView[] }).hubs;
}

it('gives up a hub that is stopped for good: its tasks finish elsewhere, and nothing that it says later counts', async () => {
  const slowly = '({ n }) => new Promise((resolve) => setTimeout(resolve, 20, n))';
  const tasks = await taskFolder({ 'slowly.ts': taskSource('SLOWLY', slowly) });
  const cluster = await clusterForTest({ hubs: 2, tasks, parameters: { ...often, ...never } });
  const health = await cluster.addHealthCheck();
  await until(cluster, (verdict) =>
    expect(verdict.components.map(({ state }) => state)).toEqual(['up', 'up', 'up']),
  );
  const [stopped] = cluster.hubs;
  const client = cluster.client();
  const payloads = Array.from({ length: 300 }, (_, n) => ({ n }));
  const seen: number[] = [];
  for await (const result of client.map<never>('SLOWLY', payloads as never, { concurrency: 50 })) {
    if (!result.ok) throw result.error;
    seen.push(result.value);
    if (seen.length === 50) stopped?.signal('SIGSTOP');
  }
  expect(seen.toSorted((a, b) => a - b)).toEqual(payloads.map(({ n }) => n));
  await health.line(/HC - hub-1 IS GIVEN UP/);
  expect((await hubsOf(cluster)).map(({ name }) => name)).toEqual(['hub-2']);
  await until(cluster, ({ warnings }) =>
    expect(warnings).toMatchObject([{ code: 'HUB_DOWN', subject: 'hub-1' }]),
  );

  stopped?.signal('SIGCONT');
  await stopped?.line(/GAVE THIS HUB UP/);
  await vi.waitFor(async () => expect(await hubsOf(cluster)).toHaveLength(2), { timeout: 20_000 });
  await until(cluster, ({ status, warnings }) => expect([status, warnings]).toEqual(['ok', []]));
  const { body } = await cluster.request('/api/stats');
  expect(body).toMatchObject({ queued: 0, running: 0, tasks: [{ name: 'SLOWLY', done: 300, failed: 0 }] });
  // It works again.
  const again = client.submitMany('SLOWLY', payloads.slice(0, 20) as never);
  expect(await again.results()).toHaveLength(20);
});

it('does not give up a hub that is stopped for two seconds', async () => {
  const cluster = await clusterForTest({ parameters: never });
  const health = await cluster.addHealthCheck();
  await until(cluster, (verdict) => expect(hubIn(verdict, 'hub-1')?.state).toBe('up'));
  const [before] = await hubsOf(cluster);
  const [hub] = cluster.hubs;
  hub?.signal('SIGSTOP');
  // Probes go out each second.
  await until(cluster, (verdict) => expect(hubIn(verdict, 'hub-1')?.hub?.misses).toBe(2));
  hub?.signal('SIGCONT');
  await until(cluster, (verdict) => expect(hubIn(verdict, 'hub-1')?.state).toBe('up'));
  expect(health.lines.filter((line) => line.includes('IS GIVEN UP'))).toEqual([]);
  const [after] = await hubsOf(cluster);
  expect(after?.session).toEqual(before?.session);
});

it('does not give up a hub whose workers are all busy, and block', async () => {
  const block = 'Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, ms)';
  const tasks = await taskFolder({ 'block.ts': taskSource('BLOCK', `({ ms }) => { ${block}; return ms; }`) });
  const cluster = await clusterForTest({ tasks, parameters: { ...often, ...never } });
  const health = await cluster.addHealthCheck();
  const running = cluster.client().submitMany('BLOCK', [{ ms: 6_000 }, { ms: 6_000 }] as never);
  await until(cluster, (verdict) => {
    expect(hubIn(verdict, 'hub-1')?.hub?.workers?.map(({ state }) => state)).toEqual(['busy', 'busy']);
  });
  expect(await running.results()).toEqual([6_000, 6_000]);
  expect(hubIn(await cluster.verdict(), 'hub-1')?.state).toBe('up');
  expect(health.lines.filter((line) => /SEEMS DOWN|GIVEN UP/.test(line))).toEqual([]);
});

it('does not give up a hub that answers, though the balancer hears nothing of it', async () => {
  const cluster = await clusterForTest({ hubs: 0, parameters: { ...often, ...never } });
  const health = await cluster.addHealthCheck();
  const proxy = await stallingProxy(cluster.ports.hub);
  await cluster.addHub({ LB_WKPULLPORT: `${proxy.port}` });
  await until(cluster, (verdict) => expect(hubIn(verdict, 'hub-1')?.message).toBe('up'));
  proxy.stall();
  await vi.waitFor(async () => expect((await hubsOf(cluster))[0]?.silentMs).toBeGreaterThan(5_000), {
    timeout: 30_000,
  });
  expect(hubIn(await cluster.verdict(), 'hub-1')?.state).toBe('up');
  expect(health.lines.filter((line) => /SEEMS DOWN|GIVEN UP/.test(line))).toEqual([]);
  proxy.resume();
  expect(
    await cluster
      .client()
      .submit('HELLO', { firstName: 'John', lastName: 'Doe' } as never)
      .result(),
  ).toBe('Hello John Doe !');
});

it('tells, also by its webhook, what begins and what ends: no workers, a dead hub, a balancer that is away', async () => {
  const told: string[] = [];
  const receiver = createServer((request, response) => {
    let text = '';
    request.setEncoding('utf8').on('data', (chunk: string) => (text += chunk));
    request.on('end', () => {
      const { event, warning } = JSON.parse(text) as { event: string; warning: { code: string } };
      told.push(`${warning.code} ${event}`);
      response.end();
    });
  });
  await once(receiver.listen(0, '127.0.0.1'), 'listening');
  onTestFinished(() => void receiver.close());
  const { port } = receiver.address() as AddressInfo;
  const cluster = await clusterForTest({ hubs: 0, parameters: often });
  await cluster.addHealthCheck({ HC_WEBHOOK: `http://127.0.0.1:${port}/` });
  const hears = (line: string): Promise<void> =>
    vi.waitFor(() => expect(told).toContain(line), { timeout: 60_000 });
  await hears('NO_WORKERS began');
  const hub = await cluster.addHub();
  await hears('NO_WORKERS ended');
  await cluster.request('/api/tasks', {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ name: 'NOBODY' }),
  });
  await hears('NO_WORKER_FOR_TASK began');
  await until(cluster, (verdict) => expect(hubIn(verdict, 'hub-1')?.state).toBe('up'));
  await hub.kill();
  await hears('HUB_DOWN began');
  await cluster.addHub({ WKHUB_NAME: 'hub-1' });
  await hears('HUB_DOWN ended');
  await cluster.balancer.kill();
  await hears('BALANCER_DOWN began');
  await cluster.restartBalancer();
  await hears('BALANCER_DOWN ended');
});
