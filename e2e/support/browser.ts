import { chromium, type Page, type ViewportSize } from 'playwright-core';
import { expect, onTestFinished } from 'vitest';

/** Debian's. A machine without it fails these tests. */
const CHROMIUM = '/usr/bin/chromium';

/** How a page is looked at. */
export interface Looks {
  readonly viewport?: ViewportSize;
  readonly colorScheme?: 'light' | 'dark';
}

/** A page of a browser of its own that has signed in. */
export async function openPage(url: string, looks: Looks = {}): Promise<Page> {
  const page = await openStranger('about:blank', looks);
  const { origin } = new URL(url);
  const isSignedIn = page.getByRole('button', { name: 'Sign out' });
  await page.goto(await loginLink(origin));
  await isSignedIn.waitFor();
  await page.goto(url);
  await isSignedIn.waitFor();
  return page;
}

/**
 * A link that signs a browser in, once.
 *
 * @param origin where the page is
 */
export async function loginLink(origin: string, role = 'admin'): Promise<string> {
  const response = await fetch(`${origin}/api/login-codes`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ role }),
  });
  return `${origin}/login#${((await response.json()) as { code: string }).code}`;
}

/**
 * A page of a browser of its own, which nobody knows; closed with the test, which fails when anything goes wrong on
 * the page.
 */
export async function openStranger(url: string, looks: Looks = {}): Promise<Page> {
  // The tests may run as root, under whom Chromium has no sandbox.
  const browser = await chromium.launch({ executablePath: CHROMIUM, args: ['--no-sandbox'] });
  const wrongs: string[] = [];
  const page = await (await browser.newContext({ ...looks, locale: 'en-GB' })).newPage();
  page.on('pageerror', (error) => wrongs.push(String(error)));
  page.on('console', (message) => {
    if (message.type() !== 'error') return;
    // Chromium reports every answer of 4xx and 5xx by itself; what the page makes of them is what tests are about.
    if (!message.text().startsWith('Failed to load resource')) wrongs.push(message.text());
  });
  onTestFinished(async ({ task }) => {
    if (task.result?.state === 'fail') process.stderr.write(`${await page.locator('body').innerText()}\n`);
    await browser.close();
    expect(wrongs).toEqual([]);
  });
  await page.goto(url);
  return page;
}
