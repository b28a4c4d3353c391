import { once } from 'node:events';
import { createServer } from 'node:http';
import type { Page } from 'playwright-core';
import { describe, expect, it, onTestFinished } from 'vitest';
import { loginLink, openPage, openStranger } from './support/browser.js';
import { runCommand } from './support/cli.js';
import { clusterForTest } from './support/cluster-for-test.js';
import type { Cluster } from './support/cluster.js';
import { freePorts } from '@penstock/free-ports';

const SOON_MS = 20_000;
const phone = { width: 375, height: 700 };

async function withPage(): Promise<Cluster> {
  const cluster = await clusterForTest();
  await cluster.addHealthCheck();
  await cluster.addMonitor();
  return cluster;
}

const signIn = (page: Page) => page.getByRole('heading', { name: 'Sign in to Penstock' });
const signOut = (page: Page) => page.getByRole('button', { name: 'Sign out' });

describe('a browser that nobody knows', () => {
  it('is told how to get in, and shown nothing else', async () => {
    const cluster = await withPage();
    const page = await openStranger(`${cluster.pageUrl}/tasks`);
    await signIn(page).waitFor();
    await page.getByText('npx penstock login').waitFor();
    expect(await page.getByRole('button', { name: 'Submit a task' }).count()).toBe(0);
  });

  it('gets in by the link that "penstock login" prints, and that works once', async () => {
    const cluster = await withPage();
    const { stdout, stderr, code } = await runCommand(cluster.ports, ['login']);
    expect({ code, stderr }).toMatchObject({ code: 0, stderr: expect.stringContaining('it works once') });
    const link = stdout.trim();
    const page = await openStranger(link);
    await page.getByRole('button', { name: 'Submit a task' }).waitFor();
    // The code is of no use any more, and nowhere to be seen.
    expect(page.url()).toBe(`${cluster.pageUrl}/`);
    await page.getByRole('link', { name: /^Health: all well/ }).waitFor({ timeout: SOON_MS });
    await page.reload();
    await signOut(page).waitFor();
    // Whoever is signed in is not bothered with it.
    await page.goto(link);
    await signOut(page).waitFor();
    const other = await openStranger(link);
    await other
      .getByRole('alert')
      .getByText(/used already, or has run out/)
      .waitFor();
    await other.getByText('npx penstock login').waitFor();
  });

  it.each(['light', 'dark'] as const)('fits a phone (%s)', async (colorScheme) => {
    const cluster = await withPage();
    const page = await openStranger(cluster.pageUrl, { viewport: phone, colorScheme });
    await signIn(page).waitFor();
    expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(phone.width);
  });
});

describe('a session', () => {
  it('ends when it is signed out', async () => {
    const cluster = await withPage();
    const page = await openPage(cluster.pageUrl);
    await signOut(page).click();
    await signIn(page).waitFor();
    await page.reload();
    await signIn(page).waitFor();
    expect(await signOut(page).count()).toBe(0);
  });

  it('that has ended elsewhere is told of, without a reload', async () => {
    const cluster = await withPage();
    const page = await openPage(cluster.pageUrl);
    const cookies = await page.context().cookies();
    const cookie = cookies.map(({ name, value }) => `${name}=${value}`).join('; ');
    const left = await fetch(`${cluster.url}/api/session`, { method: 'DELETE', headers: { cookie } });
    expect(left.status).toBe(204);
    await page.getByRole('alert').getByText('Your session has ended.').waitFor({ timeout: SOON_MS });
    await page.goto(await loginLink(cluster.pageUrl));
    await page.getByRole('button', { name: 'Submit a task' }).waitFor();
  });

  it('is as good as before after a restart of the balancer', async () => {
    const cluster = await withPage();
    const page = await openPage(cluster.pageUrl);
    await cluster.balancer.kill();
    await page.getByText('The connection to the balancer is lost').waitFor({ timeout: SOON_MS });
    await cluster.restartBalancer();
    await page
      .getByText('The connection to the balancer is lost')
      .waitFor({ state: 'detached', timeout: SOON_MS });
    expect(await signOut(page).count()).toBe(1);
  });

  it('shows a viewer everything, and offers him nothing that he may not do', async () => {
    const cluster = await withPage();
    const dead = cluster.client().submit('sha256', { path: '/no/such/file' });
    await expect(dead.result()).rejects.toThrow('ENOENT');
    const page = await openStranger(await loginLink(cluster.pageUrl, 'viewer'));
    await page.getByTestId('Hubs').filter({ hasText: '1' }).waitFor();
    expect(await page.getByRole('button', { name: 'Submit a task' }).count()).toBe(0);
    await page.getByRole('link', { name: 'Tasks', exact: true }).click();
    await page.getByText('Dead', { exact: true }).click();
    await page.getByRole('row', { name: /sha256/ }).waitFor({ timeout: SOON_MS });
    expect(await page.getByRole('button', { name: 'Run all again' }).count()).toBe(0);
    await page.getByRole('row', { name: /sha256/ }).click();
    await page.getByRole('region', { name: 'History' }).waitFor();
    expect(await page.getByRole('button', { name: 'Run this task again' }).count()).toBe(0);
  });
});

it('another page of this machine reads and changes nothing, although its browser is signed in', async () => {
  const cluster = await withPage();
  const own = await openPage(cluster.pageUrl);
  const before = await cluster.request('/api/tasks');
  // Another port is another origin of the same site: the browser sends the cookie along.
  const [port = 0] = await freePorts(1);
  const server = createServer((_, response) =>
    response.setHeader('content-type', 'text/html').end('<p>evil</p>'),
  );
  onTestFinished(() => void server.close());
  await once(server.listen(port, '127.0.0.1'), 'listening');
  const evil = await own.context().newPage();
  await evil.goto(`http://127.0.0.1:${port}/`);
  const outcomes = await evil.evaluate(async (api) => {
    const body = '{"name":"HELLO"}';
    const json = { 'content-type': 'application/json' };
    const tries: RequestInit[] = [
      {},
      { method: 'POST', mode: 'no-cors', body },
      { method: 'POST', headers: json, body },
    ];
    return Promise.all(
      tries.map((init) =>
        fetch(`${api}/api/tasks`, { credentials: 'include', ...init }).then(
          ({ type }) => type,
          () => 'failed',
        ),
      ),
    );
  }, cluster.pageUrl);
  expect(outcomes).toEqual(['failed', 'opaque', 'failed']);
  const form = `<form method="post" action="${cluster.pageUrl}/api/tasks"><input name="name" value="HELLO"></form>`;
  await evil.setContent(form);
  await evil.evaluate(() => document.querySelector('form')?.submit());
  await evil.getByText('"FORBIDDEN"').waitFor({ timeout: SOON_MS });
  expect((await cluster.request('/api/tasks')).body).toEqual(before.body);
});
