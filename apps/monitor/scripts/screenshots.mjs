// Takes pictures of every view, in both themes and at the width of a phone, of a Penstock that has work to do.
//
//   pnpm run screenshots [URL of a running monitor]
//
// They go to apps/monitor/screenshots/, one of them also to docs/images/monitor.png.
import { copyFile, mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { chromium } from 'playwright-core';

const [url = 'http://127.0.0.1:9000'] = process.argv.slice(2);
const folder = join(import.meta.dirname, '..', 'screenshots');
const views = { overview: '/', workers: '/workers', tasks: '/tasks', health: '/health' };
const sizes = { wide: { width: 1280, height: 900 }, phone: { width: 375, height: 760 } };

/** Hands in tasks of all kinds, some of which take long. */
async function work() {
  const submit = (task) =>
    fetch(`${url}/api/tasks`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(task),
    });
  const users = ['ada', 'bob', 'cy'];
  const tasks = Array.from({ length: 60 }, (_, index) => [
    { name: 'sleep', payload: { ms: 300 + 40 * (index % 9) }, userId: users[index % 3], priority: index % 4 },
    {
      name: 'primes',
      payload: { below: 2_000_000 + 100_000 * (index % 20) },
      userId: users[(index + 1) % 3],
    },
    { name: 'HELLO', payload: { firstName: 'John', lastName: 'Doe' }, userId: users[index % 2] },
  ]).flat();
  await submit(tasks);
  await submit({ name: 'sha256', payload: { path: '/no/such/file' }, userId: 'ada' });
}

await mkdir(folder, { recursive: true });
const browser = await chromium.launch({ executablePath: '/usr/bin/chromium', args: ['--no-sandbox'] });
try {
  for (const theme of ['light', 'dark']) {
    for (const [size, viewport] of Object.entries(sizes)) {
      const page = await browser.newPage({
        viewport,
        colorScheme: theme,
        deviceScaleFactor: size === 'phone' ? 2 : 1,
      });
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
      await page.goto(url);
      await page.getByRole('button', { name: 'Submit a task' }).click();
      await page.getByRole('dialog').getByLabel('Payload').waitFor();
      await page.waitForTimeout(400);
      await page.screenshot({ path: join(folder, `submit-${theme}-${size}.png`) });
      await page.close();
    }
  }
  await copyFile(
    join(folder, 'overview-light-wide.png'),
    join(import.meta.dirname, '..', '..', '..', 'docs', 'images', 'monitor.png'),
  );
} finally {
  await browser.close();
}
