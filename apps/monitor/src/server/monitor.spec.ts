import { loadParameters } from '@penstock/parameters';
import { once } from 'node:events';
import { createServer, get, type IncomingHttpHeaders, type RequestListener } from 'node:http';
import type { AddressInfo } from 'node:net';
import { fileURLToPath } from 'node:url';
import { describe, expect, it, onTestFinished } from 'vitest';
import { startMonitor } from './monitor.js';

const page = fileURLToPath(new URL('../../dist/page', import.meta.url));

/** Something behind the monitor; nothing listens on port 1. */
async function upstream(listener: RequestListener): Promise<string> {
  const server = createServer(listener).listen(0, '127.0.0.1');
  await once(server, 'listening');
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  return String((server.address() as AddressInfo).port);
}

/** A monitor on a free port. */
async function monitor(env: Readonly<Record<string, string>> = {}) {
  const { values } = loadParameters('monitor', {
    argv: ['--pfile', 'none'],
    env: { MONITOR_PORT: '0', LB_HTTPPORT: '1', HC_HTTPPORT: '2', ...env },
    cwd: import.meta.dirname,
  });
  const faults: unknown[] = [];
  const running = await startMonitor(values, page, {
    log: () => undefined,
    error: (fault) => faults.push(fault),
  });
  onTestFinished(() => running.stop());
  return { ...running, faults };
}

describe('the page', () => {
  it('comes with all that it needs, compressed, and is safe to show', async () => {
    const { url } = await monitor();
    const response = await fetch(url);
    const html = await response.text();
    expect(html).toContain('<title>Penstock');
    expect(response.headers.get('content-security-policy')).toContain("default-src 'self'");
    expect(response.headers.get('cache-control')).toBe('no-cache');
    const scripts = [...html.matchAll(/(?:src|href)="(\/assets\/[^"]+)"/g)].map(([, path]) => path);
    expect(scripts.length).toBeGreaterThan(0);
    for (const path of scripts) {
      const asset = await fetch(`${url}${path}`, { headers: { 'accept-encoding': 'br' } });
      expect(asset.status).toBe(200);
      expect(asset.headers.get('content-encoding')).toBe('br');
      expect(asset.headers.get('cache-control')).toMatch(/immutable/);
      await asset.text();
    }
  });

  it('is what every path of the page gives, so that a link to a task can be shared', async () => {
    const { url } = await monitor();
    const response = await fetch(`${url}/tasks/019ab2c4`, { headers: { accept: 'text/html' } });
    expect(await response.text()).toContain('<title>Penstock');
    const missing = await fetch(`${url}/assets/gone.js`);
    expect(missing.status).toBe(404);
    expect(await missing.json()).toMatchObject({ error: { code: 'NOT_FOUND' } });
  });

  it.each(['/../package.json', '/%2e%2e/package.json', '/..%2f..%2fpackage.json', '/%00'])(
    'does not give files beside it (%s)',
    async (path) => {
      const { url, faults } = await monitor();
      const { port } = new URL(url);
      const [response] = (await once(get({ port, path, host: '127.0.0.1' }), 'response')) as [
        import('node:http').IncomingMessage,
      ];
      response.resume();
      expect([400, 403, 404]).toContain(response.statusCode);
      expect(faults).toEqual([]);
    },
  );
});

describe('what is behind the page', () => {
  it('gets the requests, and their answers come back', async () => {
    const seen: { method: string | undefined; url: string | undefined; headers: IncomingHttpHeaders }[] = [];
    const LB_HTTPPORT = await upstream((request, response) => {
      seen.push({ method: request.method, url: request.url, headers: request.headers });
      response.setHeader('content-type', 'application/json');
      request.on('data', (body: Buffer) => response.writeHead(202).end(body));
    });
    const { url } = await monitor({ LB_HTTPPORT });
    const response = await fetch(`${url}/api/tasks?wait=1`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', origin: url },
      body: '{"name":"HELLO"}',
    });
    expect(response.status).toBe(202);
    expect(await response.json()).toEqual({ name: 'HELLO' });
    expect(seen).toMatchObject([{ method: 'POST', url: '/api/tasks?wait=1' }]);
    // The balancer serves loopback: the origin was checked here; that there is one tells it of a browser.
    expect(seen[0]?.headers.origin).toBe(`http://127.0.0.1:${LB_HTTPPORT}`);
    expect(seen[0]?.headers.host).toBe(`127.0.0.1:${LB_HTTPPORT}`);
  });

  it('is told who calls', async () => {
    const seen: IncomingHttpHeaders[] = [];
    const LB_HTTPPORT = await upstream(({ headers }, response) => {
      seen.push(headers);
      response.setHeader('set-cookie', 'penstock-1=mine; HttpOnly').end('{}');
    });
    const headers = { cookie: 'penstock-1=x', authorization: 'Bearer t', 'sec-fetch-site': 'same-origin' };
    const { url } = await monitor({ LB_HTTPPORT });
    const response = await fetch(`${url}/api/session`, { headers });
    expect(response.headers.get('set-cookie')).toBe('penstock-1=mine; HttpOnly');
    expect(seen[0]).toMatchObject(headers);
    // Whoever is on this machine may as well ask the balancer itself.
    expect(seen[0]?.['x-forwarded-for']).toBeUndefined();
    const open = await monitor({ LB_HTTPPORT, MONITOR_IP: '0.0.0.0' });
    const { port } = new URL(open.url);
    await fetch(`http://127.0.0.1:${port}/api/session`);
    await fetch(`http://127.0.0.1:${port}/api/session`, { headers: { 'x-forwarded-for': '192.0.2.9' } });
    expect(seen.slice(1).map((each) => each['x-forwarded-for'])).toEqual([
      '127.0.0.1',
      '192.0.2.9, 127.0.0.1',
    ]);
  });

  it('sends events as they happen', async () => {
    const written = Promise.withResolvers<void>();
    const HC_HTTPPORT = await upstream((request, response) => {
      response.writeHead(200, { 'content-type': 'text/event-stream' });
      response.write(`data: ${request.url}\n\n`);
      void written.promise.then(() => response.write('data: second\n\n'));
    });
    const { url } = await monitor({ HC_HTTPPORT });
    const { body } = await fetch(`${url}/healthcheck/health/events`);
    const reader = (body as ReadableStream<Uint8Array>).getReader();
    const text = async () => Buffer.from((await reader.read()).value ?? []).toString();
    expect(await text()).toBe('data: /health/events\n\n');
    written.resolve();
    expect(await text()).toBe('data: second\n\n');
    await reader.cancel();
  });

  it.each([
    ['/api/stats', /^the balancer does not answer at http:\/\/127\.0\.0\.1:1: LB_IP and LB_HTTPPORT say/],
    ['/healthcheck/health', /^no health check answers at http:\/\/127\.0\.0\.1:2: HC_IP and HC_HTTPPORT say/],
  ])('is named when it is away (%s)', async (path, message) => {
    const { url } = await monitor();
    const response = await fetch(url + path);
    expect(response.status).toBe(502);
    expect(await response.json()).toEqual({
      error: { code: 'CONNECTION_LOST', message: expect.stringMatching(message), retryable: true },
    });
  });

  it('is not shown to other sites, nor under names that are not ours', async () => {
    const { url } = await monitor({ MONITOR_HTTPHOSTS: '["penstock.example"]' });
    const foreign = await fetch(`${url}/api/stats`, { headers: { origin: 'http://evil.example' } });
    expect(foreign.status).toBe(403);
    expect(await foreign.json()).toMatchObject({
      error: { code: 'FORBIDDEN', message: expect.stringContaining('MONITOR_HTTPHOSTS') },
    });
    const { port } = new URL(url);
    const statusUnder = async (host: string) => {
      const [response] = (await once(
        get({ port, path: '/', host: '127.0.0.1', headers: { host } }),
        'response',
      )) as [import('node:http').IncomingMessage];
      response.resume();
      return response.statusCode;
    };
    expect(await statusUnder('rebound.example')).toBe(403);
    expect(await statusUnder('penstock.example')).toBe(200);
  });
});
