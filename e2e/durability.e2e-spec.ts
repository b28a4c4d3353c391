import { readFile } from 'node:fs/promises';
import { expect, it } from 'vitest';
import { clusterForTest } from './support/cluster-for-test.js';
import type { Cluster } from './support/cluster.js';
import { startProgram } from './support/program.js';
import { taskFolder, taskSource } from './support/task-folder.js';

/** Says in a file that it began and, when it may end, that it ended. */
const noted = `async ({ file, key, ms }) => {
  const { appendFile } = await import('node:fs/promises');
  await appendFile(file, 'began ' + key + '\\n');
  await new Promise((resolve) => setTimeout(resolve, ms));
  await appendFile(file, 'ended ' + key + '\\n');
  return key;
}`;

interface Posted {
  readonly taskId: string;
}

async function post(cluster: Cluster, body: unknown, path = '/api/tasks'): Promise<unknown> {
  const reply = await cluster.request(path, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(body),
  });
  expect([200, 202]).toContain(reply.status);
  return reply.body;
}

async function ended(cluster: Cluster, taskId: string): Promise<Record<string, unknown>> {
  return expect
    .poll(async () => (await cluster.request(`/api/tasks/${taskId}?wait=30s`)).body, { timeout: 60_000 })
    .toMatchObject({ finishedAt: expect.any(Number) as number })
    .then(async () => (await cluster.request(`/api/tasks/${taskId}`)).body as Record<string, unknown>);
}

async function linesOf(file: string): Promise<string[]> {
  const text = await readFile(file, 'utf8').catch(() => '');
  return text.split('\n').filter((line) => line !== '');
}

it('keeps what was acknowledged although the balancer is killed, and runs nothing twice that goes on', async () => {
  const tasks = await taskFolder({ 'noted.ts': taskSource('NOTED', noted) });
  const cluster = await clusterForTest({ tasks });
  const file = `${tasks}/notes`;
  const submissions = Array.from({ length: 40 }, (_, index) => ({
    name: 'NOTED',
    payload: { file, key: `task-${index}`, ms: index < 2 ? 3_000 : 5 },
  }));
  const { tasks: posted } = (await post(cluster, submissions)) as { tasks: Posted[] };
  await expect.poll(async () => (await linesOf(file)).length, { timeout: 30_000 }).toBeGreaterThanOrEqual(2);
  await cluster.balancer.kill();
  await cluster.restartBalancer();
  expect(cluster.balancer.lines.join('\n')).toMatch(/LB - RECOVERED 40 TASKS IN \d+ ms/);
  for (const [index, { taskId }] of posted.entries()) {
    expect(await ended(cluster, taskId)).toMatchObject({
      state: 'done',
      result: `task-${index}`,
      durability: 'disk',
    });
  }
  const lines = await linesOf(file);
  // Nobody lost a hub: what ran while the balancer was away was found again by its lease.
  expect(lines.filter((line) => line.startsWith('began')).toSorted()).toEqual(
    submissions.map(({ payload }) => `began ${payload.key}`).toSorted(),
  );
});

it('tells the whole way of a task that was tried again, and runs a dead one again with another payload', async () => {
  const flaky = '({ fails }) => { if (fails) throw new Error(`no ${fails}`); return "well"; }';
  const cluster = await clusterForTest({
    tasks: await taskFolder({ 'flaky.ts': taskSource('FLAKY', flaky) }),
  });
  const backoff = { kind: 'fixed', delayMs: 20 };
  const { taskId } = (await post(cluster, {
    name: 'FLAKY',
    payload: { fails: 'way' },
    maxAttempts: 3,
    backoff,
  })) as Posted;
  const dead = await ended(cluster, taskId);
  expect(dead).toMatchObject({
    state: 'failed',
    cause: 'attempts-exhausted',
    attempt: 3,
    failures: 3,
    error: { message: 'no way' },
  });
  // That an attempt began is not told by itself when its end follows at once.
  const history = (dead['history'] as { event: string; attempt?: number }[]).filter(
    ({ event }) => event !== 'started',
  );
  expect(history.map(({ event, attempt }) => [event, attempt])).toEqual([
    ['accepted', undefined],
    ['dispatched', 1],
    ['failed', 1],
    ['dispatched', 2],
    ['failed', 2],
    ['dispatched', 3],
    ['failed', 3],
  ]);
  await cluster.balancer.kill();
  await cluster.restartBalancer();
  expect((await cluster.request(`/api/tasks/${taskId}`)).body).toMatchObject({
    state: 'failed',
    error: { message: 'no way' },
    failures: 3,
  });
  await post(cluster, { payload: { fails: '' } }, `/api/tasks/${taskId}/rerun`);
  expect(await ended(cluster, taskId)).toMatchObject({ state: 'done', result: 'well', attempt: 4 });
  const refused = await cluster.request(`/api/tasks/${taskId}/rerun`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: '{}',
  });
  expect(refused).toMatchObject({ status: 409, body: { error: { code: 'NOT_DEAD' } } });
});

it('runs dead tasks again in bulk, and takes the same key for the same task', async () => {
  const sometimes = `async ({ file }) => {
    const { existsSync } = await import('node:fs');
    if (!existsSync(file)) throw new Error('not yet');
    return 'now';
  }`;
  const tasks = await taskFolder({ 'sometimes.ts': taskSource('SOMETIMES', sometimes) });
  const cluster = await clusterForTest({ tasks });
  const body = (idempotencyKey: string) => ({
    name: 'SOMETIMES',
    payload: { file: `${tasks}/there` },
    idempotencyKey,
  });
  const first = (await post(cluster, [body('a'), body('b'), body('a')])) as { tasks: Posted[] };
  const [a, b, sameAsA] = first.tasks.map(({ taskId }) => taskId);
  expect(sameAsA).toBe(a);
  for (const id of [a, b]) expect(await ended(cluster, id ?? '')).toMatchObject({ state: 'failed' });
  const { writeFile } = await import('node:fs/promises');
  await writeFile(`${tasks}/there`, '');
  expect(await post(cluster, { name: 'SOMETIMES', state: 'failed' }, '/api/tasks/rerun')).toEqual({
    rerun: 2,
  });
  for (const id of [a, b])
    expect(await ended(cluster, id ?? '')).toMatchObject({ state: 'done', result: 'now' });
});

it('is not shared: a second balancer on the same folder says who has it', async () => {
  const cluster = await clusterForTest({ hubs: 0 });
  const second = startProgram('second', '@penstock/balancer', {
    ...cluster.parameters,
    LB_CLIENTPULLPORT: '0',
    LB_WKPULLPORT: '0',
    LB_HCREPPORT: '0',
    LB_HTTPPORT: '0',
  });
  expect(await second.exited).toMatchObject({ code: 1 });
  expect(second.lines.at(-1)).toMatch(
    new RegExp(`^ERROR: The journal in .* is in use by process ${cluster.balancer.pid} `),
  );
});
