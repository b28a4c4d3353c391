import { once } from 'node:events';
import { request, type IncomingMessage } from 'node:http';
import { afterAll, afterEach, beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import { EventReader } from '../../test/event-source.js';
import { TestKeys } from '../../test/keys.js';
import { runBalancer, type RunningBalancer } from '../../test/running-balancer.js';
import { tokensForTest, type TokensForTest } from '../../test/tokens-for-test.js';

const SOON_MS = 10_000;
const json = { 'content-type': 'application/json' };
const UNKNOWN = '019ab2c4-5d6e-7abc-8def-0123456789ab';

let tokens: TokensForTest;
let balancer: RunningBalancer;

beforeAll(async () => {
  tokens = await tokensForTest();
  // Others reach the ports: whoever calls must say who he is. The other ports are not what this is about.
  balancer = await runBalancer(
    '--LB_BIND=0.0.0.0',
    '--PENSTOCK_INSECURE=true',
    `--PENSTOCK_TOKENS=${tokens.folder.path}`,
  );
});

afterAll(async () => {
  await balancer.stop();
  await tokens.remove();
});

const bearer = (token: string) => ({ authorization: `Bearer ${token}` });

interface Answer {
  readonly status: number;
  readonly code: unknown;
  readonly body: Record<string, unknown>;
  readonly headers: Headers;
}

async function call(path: string, { headers, ...init }: RequestInit = {}): Promise<Answer> {
  const response = await fetch(balancer.url + path, {
    ...init,
    headers: new Headers(headers),
  });
  const text = await response.text();
  const isJson = response.headers.get('content-type')?.includes('json') === true;
  const body = isJson ? (JSON.parse(text) as Record<string, unknown>) : { text };
  return {
    status: response.status,
    code: (body['error'] as { code?: string })?.code,
    body,
    headers: response.headers,
  };
}

const post = (path: string, body: unknown, headers: Record<string, string>) =>
  call(path, { method: 'POST', headers: { ...json, ...headers }, body: JSON.stringify(body) });

/** The value that a header sets a cookie to, with the cookie's name. */
function cookieIn({ headers }: Answer): string {
  return headers.get('set-cookie')?.split(';', 1)[0] ?? '';
}

/** A browser that has signed in. */
async function signIn(
  token: string,
  role?: string,
): Promise<{ cookie: string; answer: Answer; code: string }> {
  const made = await post('/api/login-codes', role === undefined ? {} : { role }, bearer(token));
  const code = String(made.body['code']);
  const answer = await post('/api/session', { code }, {});
  return { cookie: cookieIn(answer), answer, code };
}

async function refusals(reason: string): Promise<number> {
  const { body } = await call('/metrics', { headers: bearer(tokens.viewer) });
  const line = new RegExp(`^penstock_http_refused_total\\{reason="${reason}"\\} (\\d+)$`, 'm').exec(
    String(body['text']),
  );
  return Number(line?.[1]);
}

/** An attack is refused so, is counted, and the interface goes on serving. */
async function expectRefused(
  reason: string,
  status: number,
  attack: () => Promise<{ status: number }>,
): Promise<void> {
  const before = await refusals(reason);
  expect((await attack()).status).toBe(status);
  expect(await refusals(reason)).toBe(before + 1);
  expect((await call('/api/stats', { headers: bearer(tokens.viewer) })).status).toBe(200);
}

describe('a port that others reach', () => {
  it('is not opened where nobody has a token, unless somebody says so by name', async () => {
    const keys = new TestKeys();
    const opened = runBalancer('--LB_BIND=0.0.0.0', `--PENSTOCK_KEYS=${keys.balancer.folder}`);
    await expect(opened).rejects.toThrow(/PENSTOCK_TOKENS.*PENSTOCK_INSECURE/);
    keys.remove();
    const insecure = await runBalancer('--LB_BIND=0.0.0.0', '--PENSTOCK_INSECURE=true');
    expect((await fetch(`${insecure.url}/api/stats`)).status).toBe(200);
    await insecure.stop();
  });

  it('asks everybody who he is, but those who ask whether it lives', async () => {
    expect((await call('/health/live')).status).toBe(200);
    for (const path of [
      '/health/ready',
      '/api/stats',
      '/api/tasks',
      '/api/workers',
      '/api/events',
      '/metrics',
      '/api/docs',
      '/api/docs/openapi.json',
      '/nothing',
    ])
      expect(await call(path), path).toMatchObject({ status: 401, code: 'UNAUTHENTICATED' });
    for (const token of [tokens.client, tokens.viewer])
      expect((await call('/health/ready', { headers: bearer(token) })).status).toBe(200);
    const { headers } = await call('/api/stats');
    expect(headers.get('www-authenticate')).toBe('Bearer realm="Penstock"');
  });

  it.each([
    ['none', {}, 'no_credentials'],
    ['one that is none of ours', bearer('penstock_wrong'), 'wrong_token'],
    ['nothing', { authorization: 'Bearer' }, 'no_credentials'],
    ['another kind of word', { authorization: 'Basic YWRtaW46YWRtaW4=' }, 'no_credentials'],
  ])('refuses who shows as a token %s', async (_, headers, reason) => {
    await expectRefused(reason, 401, () => call('/api/stats', { headers }));
  });

  it('refuses a token that has expired, and says so', async () => {
    await expectRefused('expired_token', 401, () => call('/api/stats', { headers: bearer(tokens.expired) }));
    const { body } = await call('/api/stats', { headers: bearer(tokens.expired) });
    expect(body).toMatchObject({ error: { message: 'the token "old" has expired' } });
  });

  it('does not look for a token in an address, which ends up in logs', async () => {
    await expectRefused('no_credentials', 401, () =>
      call(`/api/stats?access_token=${tokens.admin}&token=${tokens.admin}`),
    );
    expect(balancer.lines.join('\n')).not.toContain(tokens.admin);
  });

  it('takes a new token, and no longer a revoked one, without a restart', async () => {
    const token = await tokens.folder.add({ name: 'new', role: 'viewer' });
    // From elsewhere: asking so often is like guessing.
    const headers = { ...bearer(token), 'x-forwarded-for': '192.0.2.10' };
    const status = async () => (await call('/api/stats', { headers })).status;
    await expect.poll(status, { timeout: SOON_MS }).toBe(200);
    await tokens.folder.revoke('new');
    await expect.poll(status, { timeout: SOON_MS }).not.toBe(200);
  });
});

describe('roles', () => {
  const submit = (token: string, task: object) => post('/api/tasks', task, bearer(token));

  it.each([
    ['viewer', 'POST', '/api/tasks'],
    ['viewer', 'DELETE', `/api/tasks/${UNKNOWN}`],
    ['viewer', 'POST', `/api/tasks/${UNKNOWN}/rerun`],
    ['viewer', 'POST', '/api/tasks/rerun'],
    ['viewer', 'POST', '/api/login-codes'],
    ['client', 'GET', '/api/stats'],
    ['client', 'GET', '/api/workers'],
    ['client', 'GET', '/api/events'],
    ['client', 'GET', '/metrics'],
    ['client', 'POST', '/api/tasks/rerun'],
    ['client', 'POST', '/api/login-codes'],
  ] as const)('keep a %s from %s %s', async (role, method, path) => {
    const init =
      method === 'POST'
        ? { body: '{}', headers: { ...json, ...bearer(tokens[role]) } }
        : { headers: bearer(tokens[role]) };
    await expectRefused('role', 403, () => call(path, { method, ...init }));
  });

  it('let an operator do all of that', async () => {
    expect((await submit(tokens.operator, { name: 'NOBODY', userId: 'ada' })).status).toBe(202);
    expect((await post('/api/tasks/rerun', {}, bearer(tokens.operator))).status).toBe(200);
  });

  it('let a client hand in for its own user, and see and cancel what is its own', async () => {
    const other = (await submit(tokens.operator, { name: 'NOBODY', userId: 'ada' })).body['taskId'];
    const own = (await submit(tokens.client, { name: 'NOBODY' })).body['taskId'];
    const mine = await call(`/api/tasks/${String(own)}`, { headers: bearer(tokens.client) });
    expect(mine).toMatchObject({ status: 200, body: { userId: 'shop' } });
    const list = await call('/api/tasks', { headers: bearer(tokens.client) });
    expect((list.body['tasks'] as { userId: string }[]).every(({ userId }) => userId === 'shop')).toBe(true);
    for (const method of ['GET', 'DELETE']) {
      const theirs = await call(`/api/tasks/${String(other)}`, { method, headers: bearer(tokens.client) });
      expect(theirs).toMatchObject({ status: 404, code: 'TASK_UNKNOWN' });
    }
    const cancelled = await call(`/api/tasks/${String(own)}`, {
      method: 'DELETE',
      headers: bearer(tokens.client),
    });
    expect(cancelled.status).toBe(200);
  });

  it.each([
    ['for somebody else', { name: 'HELLO', userId: 'ada' }],
    ['what it may not', { name: 'WIPE' }],
    ['that in a list', [{ name: 'HELLO' }, { name: 'WIPE' }]],
  ])('keep a client from handing in %s', async (_, body) => {
    await expectRefused('grant', 403, () => submit(tokens.client, body));
  });

  it('note who has changed what, and from where', async () => {
    await call(`/api/tasks/${UNKNOWN}`, { method: 'DELETE', headers: bearer(tokens.operator) });
    expect(balancer.lines).toContain(
      `LB - AUDIT the token "ops" (operator): DELETE "/api/tasks/${UNKNOWN}" from 127.0.0.1: 404`,
    );
  });
});

describe('a session', () => {
  const opened: string[] = [];
  afterEach(async () => {
    // Browsers of other tests are not let in by what this one leaves.
    for (const cookie of opened.splice(0))
      await call('/api/session', { method: 'DELETE', headers: { cookie } });
  });
  const signedIn = async (token: string, role?: string) => {
    const session = await signIn(token, role);
    opened.push(session.cookie);
    return session;
  };
  const browser = (cookie: string) => ({ cookie, origin: balancer.url, 'sec-fetch-site': 'same-origin' });

  it('is opened by a code, once, and kept out of reach of scripts and other sites', async () => {
    const { answer, cookie, code } = await signedIn(tokens.operator);
    expect(answer).toMatchObject({ status: 200, body: { name: 'ops', role: 'operator', by: 'session' } });
    expect(answer.headers.get('set-cookie')).toMatch(/; Path=\/; Expires=[^;]+; HttpOnly; SameSite=Strict$/);
    expect((await call('/api/stats', { headers: browser(cookie) })).status).toBe(200);
    expect(balancer.lines).toContain(
      'LB - AUDIT the session "ops" (operator): POST "/api/session" from 127.0.0.1: 200',
    );
    await expectRefused('wrong_code', 401, () => post('/api/session', { code }, {}));
  });

  it('goes over TLS alone where it was opened so', async () => {
    const { body } = await post('/api/login-codes', {}, bearer(tokens.operator));
    const answer = await post('/api/session', { code: body['code'] }, { 'x-forwarded-proto': 'https' });
    expect(answer.headers.get('set-cookie')).toContain('; Secure;');
  });

  it('may be of a lower role than who makes it, never of a higher one', async () => {
    const { cookie } = await signedIn(tokens.operator, 'viewer');
    expect((await call('/api/session', { headers: browser(cookie) })).body).toMatchObject({
      role: 'viewer',
      rights: ['known', 'read'],
    });
    const rerun = () => post('/api/tasks/rerun', {}, browser(cookie));
    await expectRefused('role', 403, rerun);
    await expectRefused('role', 403, () =>
      post('/api/login-codes', { role: 'admin' }, bearer(tokens.operator)),
    );
  });

  it('is refused when it is forged, tampered with or of another key', async () => {
    const { cookie } = await signedIn(tokens.operator, 'viewer');
    const [name = '', value = ''] = cookie.split('=', 2);
    const [body = '', mac = ''] = value.split('.', 2);
    const said = JSON.parse(Buffer.from(body, 'base64url').toString()) as object;
    const better = Buffer.from(JSON.stringify({ ...said, role: 'admin' })).toString('base64url');
    for (const forged of [`${better}.${mac}`, `${body}.${mac.slice(0, -2)}AA`, body, '', `${body}.`, 'x.y.z'])
      await expectRefused('wrong_session', 401, () =>
        call('/api/stats', { headers: browser(`${name}=${forged}`) }),
      );
  });

  it('ends when it is signed out, also for whoever has kept a copy', async () => {
    const { cookie } = await signIn(tokens.operator);
    const left = await call('/api/session', { method: 'DELETE', headers: browser(cookie) });
    expect(left.status).toBe(204);
    expect(left.headers.get('set-cookie')).toContain('Expires=Thu, 01 Jan 1970');
    await expectRefused('ended_session', 401, () => call('/api/stats', { headers: browser(cookie) }));
  });

  it('ends with the token by which it was opened, and with it what it watches', async () => {
    const token = await tokens.folder.add({ name: 'short', role: 'operator' });
    const headers = { ...bearer(token), 'x-forwarded-for': '192.0.2.11' };
    await expect
      .poll(async () => (await call('/api/stats', { headers })).status, { timeout: SOON_MS })
      .toBe(200);
    const { cookie } = await signIn(token);
    const events = await EventReader.open(`${balancer.url}/api/events`, undefined, browser(cookie));
    await events.next();
    await tokens.folder.revoke('short');
    // The stream is cut off, whatever else it would have told.
    await expect(events.next(() => false)).rejects.toThrow('terminated');
    await expectRefused('ended_session', 401, () => call('/api/stats', { headers: browser(cookie) }));
  });
});

describe('a browser', () => {
  /** `fetch` sends the host that it dials, whatever it is told. */
  async function statusOf(
    headers: Record<string, string>,
    method = 'GET',
    path = '/api/stats',
  ): Promise<number> {
    const sent = request(balancer.url + path, { method, headers });
    sent.end(method === 'POST' ? 'name=HELLO' : undefined);
    const [response] = (await once(sent, 'response')) as [IncomingMessage];
    response.resume();
    return response.statusCode ?? 0;
  }
  const attack = async (...args: Parameters<typeof statusOf>) => ({ status: await statusOf(...args) });

  it('is not led here by a name that somebody else gave this address', async () => {
    await expectRefused('host', 403, () => attack({ ...bearer(tokens.admin), host: 'rebound.example' }));
  });

  it('is not made to ask by a page of another site, or of another port', async () => {
    const { cookie } = await signIn(tokens.operator);
    await expectRefused('origin', 403, () => attack({ cookie, origin: 'https://evil.example' }));
    await expectRefused('origin', 403, () => attack({ cookie, 'sec-fetch-site': 'cross-site' }));
    await expectRefused('origin', 403, () =>
      attack({ cookie, 'sec-fetch-site': 'same-site', origin: 'http://localhost:3000' }),
    );
  });

  it('is not made to send a form', async () => {
    const { cookie } = await signIn(tokens.operator);
    const form = { cookie, 'content-type': 'application/x-www-form-urlencoded' };
    await expectRefused('content_type', 400, () => attack(form, 'POST', '/api/tasks'));
    const navigation = {
      'sec-fetch-site': 'cross-site',
      'sec-fetch-mode': 'navigate',
      'sec-fetch-dest': 'document',
    };
    await expectRefused('origin', 403, () => attack({ ...form, ...navigation }, 'POST', '/api/tasks'));
  });

  it('may follow a link from elsewhere, and must be signed in all the same', async () => {
    const navigation = {
      'sec-fetch-site': 'cross-site',
      'sec-fetch-mode': 'navigate',
      'sec-fetch-dest': 'document',
    };
    await expectRefused('no_credentials', 401, () => attack(navigation));
  });
});

describe('who guesses', () => {
  const guess = (address: string) =>
    post('/api/session', { code: 'a guess' }, { 'x-forwarded-for': address });

  it('must wait, longer than those who know', async () => {
    for (let attempts = 0; attempts < 10; attempts++) expect((await guess('192.0.2.1')).status).toBe(401);
    const before = await refusals('attempts');
    const { status, code, headers } = await guess('192.0.2.1');
    expect({ status, code }).toEqual({ status: 429, code: 'TOO_MANY_ATTEMPTS' });
    expect(Number(headers.get('retry-after'))).toBeGreaterThanOrEqual(1);
    expect(await refusals('attempts')).toBe(before + 1);
    expect((await guess('192.0.2.2')).status).toBe(401);
    const known = await call('/api/stats', {
      headers: { ...bearer(tokens.viewer), 'x-forwarded-for': '192.0.2.1' },
    });
    expect(known.status).toBe(200);
  });

  it('learns no more of a code that is right while he must wait', async () => {
    for (let attempts = 0; attempts < 11; attempts++) await guess('192.0.2.3');
    const { body } = await post('/api/login-codes', {}, bearer(tokens.operator));
    const right = await post('/api/session', { code: body['code'] }, { 'x-forwarded-for': '192.0.2.3' });
    expect(right.status).toBe(429);
  });
});

describe('who asks too often', () => {
  it('must wait, with all sessions of his token; others need not', async () => {
    const limited = await runBalancer(
      '--LB_BIND=0.0.0.0',
      '--PENSTOCK_INSECURE=true',
      `--PENSTOCK_TOKENS=${tokens.folder.path}`,
      '--PENSTOCK_TOKEN_RATE=1',
    );
    onTestFinished(() => limited.stop());
    const asks = (headers: Record<string, string>, path = '/api/tasks') =>
      fetch(limited.url + path, { headers });
    const body = JSON.stringify({});
    const made = await fetch(`${limited.url}/api/login-codes`, {
      method: 'POST',
      headers: { ...json, ...bearer(tokens.operator) },
      body,
    });
    const { code } = (await made.json()) as { code: string };
    const entered = await fetch(`${limited.url}/api/session`, {
      method: 'POST',
      headers: json,
      body: JSON.stringify({ code }),
    });
    const cookie = entered.headers.get('set-cookie')?.split(';', 1)[0] ?? '';
    const statuses = new Set<number>();
    for (let request = 0; request < 15; request++) statuses.add((await asks(bearer(tokens.operator))).status);
    expect([...statuses]).toEqual([200, 429]);
    const refused = await asks({ cookie });
    expect(refused.status).toBe(429);
    expect(refused.headers.get('retry-after')).toBe('1');
    expect(await refused.json()).toMatchObject({ error: { code: 'RATE_EXCEEDED', retryable: true } });
    expect((await asks({}, '/health/live')).status).toBe(200);
    const metrics = await asks(bearer(tokens.viewer), '/metrics');
    expect(await metrics.text()).toMatch(/^penstock_http_refused_total\{reason="rate"\} [1-9]/m);
  });
});
