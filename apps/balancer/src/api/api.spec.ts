import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { runBalancer, type RunningBalancer } from '../../test/running-balancer.js';
import { ScriptedHub } from '../../test/scripted-hub.js';

let balancer: RunningBalancer;
let hub: ScriptedHub;

beforeAll(async () => {
  balancer = await runBalancer('--LB_QUEING_MAXPERUSER=3', '--LB_PAYLOAD_MAX=100KiB', '--LB_EVENTS_RING=50');
  hub = await new ScriptedHub(
    balancer.hubs,
    { tasks: ['HELLO', 'FAIL', 'BYTES', 'HANG'] },
    (payload, name) => {
      if (name === 'FAIL') throw new TypeError('no such name');
      if (name === 'BYTES') return Buffer.from([0, 1, 254, 255]);
      if (name === 'HANG') return undefined;
      const { firstName, lastName } = payload as Record<string, string>;
      return `Hello ${firstName} ${lastName} !`;
    },
  ).ready();
});

afterAll(async () => {
  hub.close();
  await balancer.stop();
});

const json = { 'content-type': 'application/json' };
const john = { name: 'HELLO', payload: { firstName: 'John', lastName: 'Doe' } };

async function call(
  path: string,
  init: RequestInit = {},
): Promise<{ status: number; body: Record<string, unknown> }> {
  const response = await fetch(`${balancer.url}${path}`, init);
  return { status: response.status, body: (await response.json()) as Record<string, unknown> };
}

const post = (body: unknown, query = '') =>
  call(`/api/tasks${query}`, { method: 'POST', headers: json, body: JSON.stringify(body) });

describe('POST /api/tasks', () => {
  it('answers with the id at once', async () => {
    const { status, body } = await post(john);
    expect(status).toBe(202);
    expect(body['taskId']).toMatch(/^[0-9a-f-]{36}$/);
  });

  it('answers with the result when asked to wait', async () => {
    const { status, body } = await post(john, '?wait=5s');
    expect(status).toBe(200);
    expect(body).toMatchObject({
      state: 'done',
      result: 'Hello John Doe !',
      worker: 'worker_scripted',
      progress: 100,
    });
  });

  it('takes many tasks, and tells of each what it came to', async () => {
    const { status, body } = await post([
      john,
      { ...john, taskId: '019ab2c4-5d6e-7abc-8def-0123456789ab', userId: 'x' },
    ]);
    expect(status).toBe(202);
    expect(body['tasks']).toMatchObject([
      { taskId: expect.any(String) as string },
      { error: { code: 'INVALID_TASK_ID' } },
    ]);
  });

  it('takes the same task twice as one when it is given an id', async () => {
    const first = await post(john);
    const taskId = first.body['taskId'];
    expect(await post({ ...john, taskId })).toMatchObject({ status: 202, body: { taskId } });
    const other = { ...john, payload: 'longer than the first payload, so that it differs', taskId };
    expect(await post(other)).toMatchObject({ status: 409, body: { error: { code: 'ID_CONFLICT' } } });
  });

  it('passes bytes in and out', async () => {
    const { body } = await post(
      { name: 'BYTES', payloadBase64: Buffer.from('"x"').toString('base64') },
      '?wait=5s',
    );
    expect(body['resultBase64']).toBe(Buffer.from([0, 1, 254, 255]).toString('base64'));
    const raw = await fetch(`${balancer.url}/api/tasks/${String(body['taskId'])}/result`);
    expect(raw.headers.get('content-type')).toBe('application/octet-stream');
    expect(Buffer.from(await raw.arrayBuffer())).toEqual(Buffer.from([0, 1, 254, 255]));
  });

  it('tells what a handler threw', async () => {
    const { body } = await post({ name: 'FAIL' }, '?wait=5s');
    expect(body).toMatchObject({ state: 'failed', error: { name: 'TypeError', message: 'no such name' } });
  });

  it.each([
    ['no name', { payload: 1 }, 'name'],
    ['a name that is no text', { name: 3 }, 'name'],
    ['a field that is not known', { name: 'HELLO', prioritty: 3 }, 'prioritty'],
    ['a priority that is no number', { name: 'HELLO', priority: 'high' }, 'priority'],
    ['two payloads', { name: 'HELLO', payload: 1, payloadBase64: 'AA==' }, 'payload'],
    ['an empty list', [], '>=1'],
    ['a bad entry of a list', [john, { name: '' }], '1.name'],
  ])('refuses %s and says where', async (_, body, where) => {
    const reply = await post(body);
    expect(reply.status).toBe(400);
    expect(reply.body['error']).toMatchObject({
      code: 'INVALID_MESSAGE',
      message: expect.stringContaining(where) as string,
    });
  });

  it('refuses a payload over the limit, a body that is no JSON, and control characters in a name', async () => {
    const large = await post({ name: 'HELLO', payload: 'x'.repeat(101 * 1024) });
    expect(large).toMatchObject({ status: 413, body: { error: { code: 'TOO_LARGE' } } });
    const broken = await call('/api/tasks', { method: 'POST', headers: json, body: '{"name":' });
    expect(broken).toMatchObject({ status: 400, body: { error: { code: 'INVALID_MESSAGE' } } });
    expect(await post({ name: 'A\u0007' })).toMatchObject({
      status: 400,
      body: { error: { code: 'INVALID_NAME' } },
    });
  });

  it('refuses over the quota of a user with 429, and says when to come again', async () => {
    for (let task = 0; task < 3; task++)
      expect((await post({ name: 'NOBODY', userId: 'greedy' })).status).toBe(202);
    const response = await fetch(`${balancer.url}/api/tasks`, {
      method: 'POST',
      headers: json,
      body: JSON.stringify({ name: 'NOBODY', userId: 'greedy' }),
    });
    expect(response.status).toBe(429);
    expect(response.headers.get('retry-after')).toBe('1');
    expect(await response.json()).toMatchObject({ error: { code: 'QUOTA_EXCEEDED', retryable: true } });
  });

  it('refuses a body that nests without end', async () => {
    const body = (levels: number) => `{"name":"DEEP","payload":${'['.repeat(levels)}${']'.repeat(levels)}}`;
    const send = (levels: number) =>
      call('/api/tasks', { method: 'POST', headers: json, body: body(levels) });
    expect((await send(255)).status).toBe(202);
    for (const levels of [256, 50_000])
      expect(await send(levels)).toMatchObject({ status: 400, body: { error: { code: 'INVALID_MESSAGE' } } });
  });

  it('wants a browser to have signed in, and whoever a proxy has let through to say who he is', async () => {
    const strangers = [
      { origin: 'http://localhost:9000' },
      { 'sec-fetch-site': 'same-origin' },
      { 'x-forwarded-for': '192.0.2.1' },
    ];
    for (const headers of strangers)
      expect(await call('/api/stats', { headers })).toMatchObject({
        status: 401,
        body: { error: { code: 'UNAUTHENTICATED' } },
      });
  });

  it('refuses what a page of another site could send', async () => {
    const text = await call('/api/tasks', {
      method: 'POST',
      headers: { 'content-type': 'text/plain' },
      body: '{}',
    });
    expect(text).toMatchObject({ status: 400, body: { error: { code: 'INVALID_MESSAGE' } } });
    const origin = await call('/api/stats', { headers: { origin: 'https://evil.example' } });
    expect(origin).toMatchObject({ status: 403, body: { error: { code: 'FORBIDDEN' } } });
  });
});

describe('GET /api/tasks/:id', () => {
  it('says why a task waits', async () => {
    const { body } = await post({ name: 'UNKNOWN', userId: 'waiting' });
    const { body: task } = await call(`/api/tasks/${String(body['taskId'])}`);
    expect(task).toMatchObject({ state: 'queued', waitingFor: 'no worker knows the task UNKNOWN' });
  });

  it('gives up waiting when the time is over, and shows the task as it is', async () => {
    const { body } = await post({ name: 'UNKNOWN', userId: 'patient' });
    expect(await call(`/api/tasks/${String(body['taskId'])}?wait=20ms`)).toMatchObject({
      status: 200,
      body: { state: 'queued' },
    });
  });

  it('knows ids that are none from ids that are not known', async () => {
    expect(await call('/api/tasks/not-an-id')).toMatchObject({
      status: 400,
      body: { error: { code: 'INVALID_TASK_ID' } },
    });
    const stranger = '019ab2c4-5d6e-7abc-8def-0123456789ab';
    expect(await call(`/api/tasks/${stranger}`)).toMatchObject({
      status: 404,
      body: { error: { code: 'TASK_UNKNOWN' } },
    });
    expect(await call('/api/nothing')).toMatchObject({ status: 404, body: { error: { code: 'NOT_FOUND' } } });
  });
});

describe('DELETE /api/tasks/:id', () => {
  it('cancels a queued task at once', async () => {
    const { body } = await post({ name: 'UNKNOWN', userId: 'fickle' });
    const path = `/api/tasks/${String(body['taskId'])}`;
    expect(await call(path, { method: 'DELETE' })).toMatchObject({
      status: 200,
      body: { from: 'queued', state: 'cancelled' },
    });
    expect(await call(path)).toMatchObject({ body: { state: 'cancelled' } });
  });

  it('says of a running one that its worker was told', async () => {
    const { body } = await post({ name: 'HANG' });
    const path = `/api/tasks/${String(body['taskId'])}`;
    await expect.poll(async () => (await call(path)).body['state']).toBe('running');
    expect(await call(path, { method: 'DELETE' })).toMatchObject({ status: 202, body: { from: 'running' } });
    expect(await call(path)).toMatchObject({ body: { state: 'running', cancelling: true } });
  });

  it('drops the result of one that has ended', async () => {
    const { body } = await post(john, '?wait=5s');
    const path = `/api/tasks/${String(body['taskId'])}`;
    expect(await call(path, { method: 'DELETE' })).toMatchObject({ status: 200, body: { from: 'finished' } });
    expect((await call(path)).body['result']).toBeUndefined();
    expect((await call(`${path}/result`)).status).toBe(404);
  });
});

describe('GET /api/tasks', () => {
  it('lists tasks newest first, by page and by filter', async () => {
    const ids: unknown[] = [];
    for (let task = 0; task < 5; task++)
      ids.push((await post({ ...john, userId: 'lister' }, '?wait=5s')).body['taskId']);
    const listed: unknown[] = [];
    const nexts: unknown[] = [];
    let query = '?userId=lister&limit=2';
    for (let page = 0; page < 3; page++) {
      const { body } = await call(`/api/tasks${query}`);
      listed.push(...(body['tasks'] as { taskId: string }[]).map(({ taskId }) => taskId));
      query = `?userId=lister&limit=2&before=${String(body['next'])}`;
      nexts.push(body['next']);
    }
    expect(listed).toEqual(ids.toReversed());
    const isText = expect.any(String) as string;
    expect(nexts).toEqual([isText, isText, undefined]);
    expect((await call('/api/tasks?userId=lister&state=failed')).body['tasks']).toEqual([]);
  });

  it('refuses filters that it does not have', async () => {
    expect(await call('/api/tasks?user=x')).toMatchObject({ status: 400 });
    expect(await call('/api/tasks?limit=0')).toMatchObject({ status: 400 });
  });
});

describe('what is known of hubs and figures', () => {
  it('shows hubs with their groups and workers', async () => {
    const { body } = await call('/api/workers');
    expect(body['hubs']).toMatchObject([
      {
        name: 'scripted',
        disconnected: false,
        groups: [{ slots: 4, workers: [{ name: 'worker_scripted' }] }],
      },
    ]);
  });

  it('counts what ended, and how long it waited and ran', async () => {
    await post(john, '?wait=5s');
    const { body } = await call('/api/stats');
    const hello = (body['tasks'] as { name: string }[]).find(({ name }) => name === 'HELLO');
    const durations = { minMs: expect.any(Number) as number, p99Ms: expect.any(Number) as number };
    expect(hello).toMatchObject({
      done: expect.any(Number) as number,
      wait: durations,
      run: { ...durations, p50Ms: 1 },
    });
  });

  it('tells an autoscaler what waits and how many hubs that asks for', async () => {
    await post({ name: 'UNKNOWN', userId: 'scaler' });
    const { body } = await call('/api/scaling?target=10');
    expect(body).toEqual({
      backlog: expect.any(Number) as number,
      oldestAge: expect.any(Number) as number,
      desiredReplicas: expect.any(Number) as number,
    });
    expect(body['backlog']).toBeGreaterThan(0);
    expect(body['oldestAge']).toBeGreaterThan(0);
    expect(await call('/api/scaling?target=0')).toMatchObject({ status: 400 });
    expect(await call('/api/scaling?within=10')).toMatchObject({ status: 400 });
  });

  it('serves figures to Prometheus', async () => {
    const text = await (await fetch(`${balancer.url}/metrics`)).text();
    expect(text).toMatch(/^penstock_hubs 1$/m);
    expect(text).toMatch(/^penstock_tasks_ended_total\{name="HELLO",state="done"\} [1-9]/m);
    expect(text).toMatch(/^process_cpu_seconds_total /m);
  });

  it('says that it lives and is ready', async () => {
    expect(await call('/health/live')).toEqual({ status: 200, body: { status: 'ok' } });
    expect(await call('/health/ready')).toEqual({ status: 200, body: { status: 'ready', hubs: 1 } });
  });

  it('describes itself as OpenAPI, with every address that it has', async () => {
    const { body } = await call('/api/docs/openapi.json');
    expect(Object.keys(body['paths'] as object).sort()).toEqual([
      '/api/events',
      '/api/login-codes',
      '/api/scaling',
      '/api/session',
      '/api/stats',
      '/api/tasks',
      '/api/tasks/rerun',
      '/api/tasks/{id}',
      '/api/tasks/{id}/rerun',
      '/api/tasks/{id}/result',
      '/api/workers',
      '/health/live',
      '/health/ready',
      '/metrics',
    ]);
    expect(body['paths']).toMatchObject({
      '/api/tasks/rerun': {
        post: { description: 'Roles: operator, admin.', security: [{ token: [] }, { session: [] }] },
      },
      '/health/live': { get: { description: 'Open to anyone.', security: [] } },
    });
  });
});
