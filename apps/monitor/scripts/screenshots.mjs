// Takes pictures of every view, in both themes and at the width of a phone, of a Penstock that has work to do.
//
//   pnpm run screenshots [URL of a running monitor]
//
// They go to apps/monitor/screenshots/, and that of a minute of work to docs/images/monitor.png.
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { chromium } from 'playwright-core';

const [url = 'http://127.0.0.1:9000'] = process.argv.slice(2);
const folder = join(import.meta.dirname, '..', 'screenshots');
const views = { overview: '/', workers: '/workers', tasks: '/tasks', dead: '/tasks?dead', health: '/health' };
const WAVES = 6;
const WAVE_MS = 9_000;
const sizes = { wide: { width: 1280, height: 900 }, phone: { width: 375, height: 760 } };

/** Hands in tasks of all kinds, some of which take long. */
async function work(rounds = 60) {
  const submit = (task) =>
    fetch(`${url}/api/tasks`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(task),
    });
  const users = ['ada', 'bob', 'cy'];
  const tasks = Array.from({ length: rounds }, (_, index) => [
    { name: 'sleep', payload: { ms: 300 + 40 * (index % 9) }, userId: users[index % 3], priority: index % 4 },
    {
      name: 'primes',
      payload: { below: 2_000_000 + 100_000 * (index % 20) },
      userId: users[(index + 1) % 3],
    },
    { name: 'HELLO', payload: { firstName: 'John', lastName: 'Doe' }, userId: users[index % 2] },
  ]).flat();
  await submit(tasks);
  const backoff = { kind: 'fixed', delayMs: 100 };
  await submit({
    name: 'sha256',
    payload: { path: '/no/such/file' },
    userId: 'ada',
    priority: 9,
    maxAttempts: 3,
    backoff,
  });
  await submit({ name: 'HELLO', payload: { firstName: 'John' }, userId: 'cy', delayMs: 3_600_000 });
}

/** A page of a browser that has signed in, by a link that works once. */
async function openPage(looks) {
  const response = await fetch(`${url}/api/login-codes`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: '{}',
  });
  const page = await (await browser.newContext(looks)).newPage();
  await page.goto(`${url}/login#${(await response.json()).code}`);
  await page.getByRole('button', { name: 'Sign out' }).waitFor();
  return page;
}

/** What somebody sees who has not. */
async function pictureOfTheDoor(looks, name) {
  const page = await (await browser.newContext(looks)).newPage();
  await page.goto(`${url}/login#used`);
  await page.getByRole('alert').waitFor();
  await page.screenshot({ path: join(folder, `${name}.png`) });
  await page.context().close();
}

/** The picture for the README: a minute in which work came in waves. */
async function pictureOfAMinute() {
  const page = await openPage({ viewport: sizes.wide, colorScheme: 'light' });
  await page.goto(url);
  for (let wave = 0; wave < WAVES; wave++) {
    await work(20 + 15 * (wave % 3));
    await page.waitForTimeout(WAVE_MS);
  }
  await page.screenshot({
    path: join(import.meta.dirname, '..', '..', '..', 'docs', 'images', 'monitor.png'),
  });
  await page.context().close();
}

await mkdir(folder, { recursive: true });
const browser = await chromium.launch({ executablePath: '/usr/bin/chromium', args: ['--no-sandbox'] });
try {
  for (const theme of ['light', 'dark']) {
    for (const [size, viewport] of Object.entries(sizes)) {
      const looks = { viewport, colorScheme: theme, deviceScaleFactor: size === 'phone' ? 2 : 1 };
      await pictureOfTheDoor(looks, `sign-in-${theme}-${size}`);
      const page = await openPage(looks);
      await work();
      for (const [name, path] of Object.entries(views)) {
        await page.goto(url + path);
        await page.getByRole('main').waitFor();
        // A few seconds of charts.
        await page.waitForTimeout(name === 'overview' ? 6_000 : 1_500);
        await page.screenshot({
          path: join(folder, `${name}-${theme}-${size}.png`),
          fullPage: size === 'phone',
        });
      }
      await page.goto(`${url}/tasks`);
      await page.getByRole('table', { name: 'Tasks' }).locator('tbody tr').first().click();
      await page.getByRole('dialog').waitFor();
      await page.waitForTimeout(800);
      await page.screenshot({ path: join(folder, `task-${theme}-${size}.png`) });
      await page.goto(`${url}/tasks?dead`);
      await page.getByRole('table', { name: 'Tasks' }).locator('tbody tr').first().click();
      await page.getByRole('region', { name: 'History' }).waitFor();
      await page.waitForTimeout(800);
      await page.screenshot({ path: join(folder, `story-${theme}-${size}.png`) });
      await page.goto(url);
      await page.getByRole('button', { name: 'Submit a task' }).click();
      await page.getByRole('dialog').getByLabel('Payload').waitFor();
      await page.getByRole('dialog').getByText('Advanced').click();
      await page.waitForTimeout(400);
      await page.screenshot({ path: join(folder, `submit-${theme}-${size}.png`) });
      await page.context().close();
    }
  }
  await pictureOfAMinute();
} finally {
  await browser.close();
}
