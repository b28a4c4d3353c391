import { rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { clusterForTest } from './support/cluster-for-test.js';
import { descendantsOf, isAlive } from './support/processes.js';
import { taskFolder, taskSource } from './support/task-folder.js';

it('does not take a worker for dead that blocks its event loop for longer than a hub may be silent', async () => {
  const block = "() => { const end = Date.now() + 4_000; while (Date.now() < end); return 'awake'; }";
  const tasks = await taskFolder({ 'block.ts': taskSource('BLOCK', block) });
  const parameters = { HEARTBEAT_INTERVAL: '200ms', HEARTBEAT_TIMEOUT: '1s' };
  const cluster = await clusterForTest({ tasks, parameters });
  const task = cluster.client().submit('BLOCK', null);
  expect(await task.result()).toBe('awake');
  expect(task.outcome).toMatchObject({ attempt: 1 });
  expect(cluster.hubs[0]?.lines.filter((line) => /LOST|DISCONNECTED/.test(line))).toEqual([]);
});

it('gives the error of a handler to whoever waits, with its name, message and stack', async () => {
  const fail = "() => { throw Object.assign(new RangeError('too far'), { code: 'E_FAR' }); }";
  const tasks = await taskFolder({ 'fail.ts': taskSource('FAIL', fail) });
  const cluster = await clusterForTest({ tasks });
  await expect(cluster.client().submit('FAIL', null).result()).rejects.toMatchObject({
    code: 'TASK_FAILED',
    message: expect.stringContaining('too far') as string,
    details: {
      name: 'RangeError',
      message: 'too far',
      code: 'E_FAR',
      stack: expect.stringContaining('fail.ts') as string,
    },
  });
});

it('cancels a running handler through its signal, and kills one that does not listen', async () => {
  const tasks = await taskFolder({
    'polite.ts': taskSource(
      'POLITE',
      "(_, { signal }) => new Promise((_, reject) => signal.addEventListener('abort', () => reject(signal.reason)))",
    ),
    'deaf.ts': taskSource('DEAF', '() => { for (;;); }'),
  });
  const cluster = await clusterForTest({ tasks, parameters: { WKHUB_CANCEL_GRACE: '200ms' } });
  const client = cluster.client();
  for (const name of ['POLITE', 'DEAF']) {
    const task = client.submit(name, null);
    await expect.poll(async () => (await task.status()).state).toBe('running');
    expect(await task.cancel()).toMatchObject({ from: 'running' });
    await expect(task.result()).rejects.toMatchObject({ code: 'TASK_CANCELLED' });
  }
  const again = client.submit('POLITE', null);
  await expect.poll(async () => (await again.status()).state, { timeout: 20_000 }).toBe('running');
  await again.cancel();
});

it('lets no worker outlive its hub, not even one that spins', async () => {
  const tasks = await taskFolder({ 'spin.ts': taskSource('SPIN', '() => { for (;;); }') });
  const cluster = await clusterForTest({ tasks });
  const [hub] = cluster.hubs;
  const task = cluster.client().submit('SPIN', null);
  await expect.poll(async () => (await task.status()).state).toBe('running');
  const workers = descendantsOf(hub?.pid ?? 0);
  expect(workers).toHaveLength(2);
  await hub?.kill();
  await expect.poll(() => workers.filter(isAlive), { timeout: 10_000 }).toEqual([]);
});

it('picks up added, changed and removed task files while it runs, and reports a broken one', async () => {
  const folder = await taskFolder({ 'one.ts': taskSource('ONE', "() => 'first'") });
  const cluster = await clusterForTest({ tasks: folder, parameters: { WKHUB_WATCH: 'true' } });
  const client = cluster.client();
  expect(await client.submit('ONE', null).result()).toBe('first');
  const waiting = client.submit('TWO', null);
  await writeFile(join(folder, 'two.ts'), taskSource('TWO', "() => 'second'"));
  expect(await waiting.result()).toBe('second');
  await writeFile(join(folder, 'broken.ts'), 'export default {{{');
  await writeFile(join(folder, 'one.ts'), taskSource('ONE', "() => 'changed'"));
  await expect.poll(() => client.submit('ONE', null).result(), { timeout: 30_000 }).toBe('changed');
  expect(await cluster.hubs[0]?.line(/broken\.ts/)).toMatch(/BROKEN/i);
  await rm(join(folder, 'two.ts'));
  await expect
    .poll(async () => (await cluster.request('/api/workers')).body, { timeout: 30_000 })
    .toMatchObject({ hubs: [{ groups: [{ tasks: ['ONE'] }] }] });
  const stuck = client.submit('TWO', null);
  await stuck.accepted;
  expect((await stuck.status()).waitingFor).toBe('no worker knows the task TWO');
});

it('passes bytes through as they are, from a few to many megabytes', async () => {
  const tasks = await taskFolder({ 'echo.ts': taskSource('ECHO', '(bytes) => bytes') });
  const cluster = await clusterForTest({ tasks });
  const client = cluster.client();
  for (const length of [0, 1, 100, 70_000, 5_000_000]) {
    const sent = new Uint8Array(length).map((_, index) => (index * 31) & 0xff);
    const received = (await client.submit('ECHO', sent).result()) as Uint8Array;
    expect(Buffer.compare(sent, received)).toBe(0);
  }
});

it('tells whoever follows a task how far it is', async () => {
  const steps = [
    'async (_, { progress }) => {',
    '  for (const percent of [10, 50, 90]) {',
    '    progress(percent);',
    '    await new Promise((resolve) => setTimeout(resolve, 300));',
    '  }',
    '}',
  ].join('\n');
  const tasks = await taskFolder({ 'steps.ts': taskSource('STEPS', steps) });
  const cluster = await clusterForTest({ tasks });
  const task = cluster.client().submit('STEPS', null);
  const seen: number[] = [];
  for await (const percent of task.progress()) seen.push(percent);
  expect(seen.length).toBeGreaterThanOrEqual(2);
  expect(seen).toEqual(seen.toSorted((a, b) => a - b));
  expect(seen.at(-1)).toBeGreaterThanOrEqual(90);
});
