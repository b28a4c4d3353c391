import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Page } from 'playwright-core';
import { describe, expect, it, onTestFinished, vi } from 'vitest';
import { openPage } from './support/browser.js';
import { clusterForTest } from './support/cluster-for-test.js';
import { taskFolder, taskSource } from './support/task-folder.js';

const SOON_MS = 20_000;
const phone = { width: 375, height: 700 };
const views = ['/', '/workers', '/tasks', '/health'];

/** Resolves when the page says this. */
async function expectText(page: Page, text: string | RegExp): Promise<void> {
  await page.getByText(text).first().waitFor({ timeout: SOON_MS });
}

async function inCells(page: Page, table: string): Promise<readonly (readonly string[])[]> {
  const rows = await page.getByRole('table', { name: table, exact: true }).locator('tbody tr').all();
  return Promise.all(rows.map((row) => row.locator('td').allInnerTexts()));
}

describe('the page', () => {
  it('takes a task and shows it finish', async () => {
    const cluster = await clusterForTest();
    await cluster.addMonitor();
    const page = await openPage(cluster.pageUrl);
    await page.getByRole('button', { name: 'Submit a task' }).click();
    await page.getByRole('button', { name: 'Submit', exact: true }).click();
    await expectText(page, 'Hello John Doe !');
    const { tasks } = (await cluster.request('/api/tasks')).body as { tasks: { state: string }[] };
    expect(tasks).toMatchObject([{ name: 'HELLO', state: 'done' }]);
  });

  it('is of use by keyboard alone', async () => {
    const cluster = await clusterForTest();
    await cluster.addMonitor();
    const page = await openPage(cluster.pageUrl);
    const focused = (): Promise<string> =>
      page.evaluate(() => document.activeElement?.textContent || document.activeElement?.nodeName || '');
    await page.getByRole('button', { name: 'Submit a task' }).waitFor();
    await page.keyboard.press('Tab');
    expect(await focused()).toBe('Skip to the content');
    for (let tabs = 0; (await focused()).replace('\u00a0', ' ') !== 'Submit a task'; tabs++) {
      expect(tabs).toBeLessThan(20);
      await page.keyboard.press('Tab');
    }
    await page.keyboard.press('Enter');
    const name = page.getByRole('dialog').getByLabel('Name');
    await vi.waitFor(async () =>
      expect(await name.evaluate((it) => it === document.activeElement)).toBe(true),
    );
    for (let tabs = 0; (await focused()) !== 'Submit'; tabs++) {
      expect(tabs).toBeLessThan(10);
      await page.keyboard.press('Tab');
    }
    await page.keyboard.press('Enter');
    await expectText(page, 'Hello John Doe !');
    // The form goes while the task comes: for a moment there are two dialogs.
    await page.getByRole('dialog', { name: 'Submit a task' }).waitFor({ state: 'detached' });
    await page.keyboard.press('Escape');
    await page.getByRole('dialog').waitFor({ state: 'detached' });
    const row = page.getByRole('table', { name: 'Tasks' }).locator('tbody tr').first();
    await row.focus();
    await page.keyboard.press('Enter');
    await page.getByRole('dialog').waitFor();
  });

  it('tells of each field what is wrong, and what the balancer refuses', async () => {
    const cluster = await clusterForTest({ parameters: { LB_PAYLOAD_MAX: '1KiB' } });
    await cluster.addMonitor();
    const page = await openPage(cluster.pageUrl);
    await page.getByRole('button', { name: 'Submit a task' }).click();
    const form = page.getByRole('dialog');
    await form.getByLabel('Payload').fill('{ not JSON');
    await form.getByLabel('Priority').fill('high');
    await form.getByRole('button', { name: 'Submit', exact: true }).click();
    await expectText(page, /^Not JSON: /);
    await expectText(page, 'A priority is a number');
    await form.getByLabel('Priority').fill('1');
    await form.getByLabel('Payload').fill(JSON.stringify('x'.repeat(1_200)));
    await form.getByRole('button', { name: 'Submit', exact: true }).click();
    await form.getByRole('alert').waitFor();
    expect(await form.getByRole('alert').innerText()).toMatch(/1,?024/);
  });

  it('shows what the API says, and what happens while it looks', async () => {
    const cluster = await clusterForTest({ tasks: await waiting() });
    await cluster.addHealthCheck();
    await cluster.addMonitor();
    const page = await openPage(cluster.pageUrl);
    const client = cluster.client();
    const submitted = ['bad', 'good', 'wait', 'wait', 'wait'].map((payload, priority) =>
      client.submit('STEP', payload, { userId: `user-${priority}`, priority }),
    );
    for (const task of submitted) task.result().catch(() => {});
    onTestFinished(async () => void (await Promise.all(submitted.map((task) => task.cancel()))));

    await page.getByRole('link', { name: 'Workers' }).click();
    await vi.waitFor(
      async () => {
        const { hubs } = (await cluster.request('/api/workers')).body as {
          hubs: {
            host: string;
            probe: { port: number };
            groups: { workers: { name: string; task?: { name: string; taskId: string } }[] }[];
          }[];
        };
        const wanted = hubs.flatMap(({ host, probe, groups }) =>
          groups.flatMap(({ workers }) =>
            workers.map(({ name, task }) => [
              name,
              task?.name ?? 'idle',
              task === undefined ? '' : `…${task.taskId.slice(-8)}`,
              host,
              String(probe.port),
            ]),
          ),
        );
        // The page has them by name, the balancer as they have started.
        wanted.sort(([a = ''], [b = '']) => a.localeCompare(b));
        expect(wanted.filter(([, task]) => task === 'STEP')).toHaveLength(2);
        const shown = await inCells(page, 'Workers');
        expect(
          shown.map(([name = '', task, done, , id, host = '', probe]) => {
            expect(done).toMatch(task === 'STEP' ? /^50 %/ : /^$/);
            return [name.trim(), task, id, host.split(' ')[0], probe];
          }),
        ).toEqual(wanted);
      },
      { timeout: SOON_MS },
    );

    await page.getByRole('link', { name: 'Overview' }).click();
    await vi.waitFor(
      async () => {
        const stats = (await cluster.request('/api/stats')).body as {
          queued: number;
          running: number;
          tasks: { queued: number; running: number; done: number; failed: number }[];
        };
        expect(stats).toMatchObject({ tasks: [{ done: 1, failed: 1 }] });
        expect(stats.queued + stats.running).toBe(3);
        expect(await page.getByTestId('Queued').innerText()).toBe(String(stats.queued));
        expect(await page.getByTestId('Running').innerText()).toBe(String(stats.running));
        const [row = []] = await inCells(page, 'Tasks by name');
        expect(row.slice(0, 5).map((cell) => cell.trim())).toEqual([
          'STEP',
          String(stats.queued),
          String(stats.running),
          '1',
          '1',
        ]);
      },
      { timeout: SOON_MS },
    );

    await page.getByRole('link', { name: 'Tasks', exact: true }).click();
    await vi.waitFor(
      async () => {
        const { tasks } = (await cluster.request('/api/tasks')).body as {
          tasks: { taskId: string; state: string; userId: string; priority: number }[];
        };
        const shown = await inCells(page, 'Tasks');
        expect(
          shown
            .map(([task = '', state, user, priority]) => [task.split(' ')[1], state, user, priority])
            .toSorted(byUser),
        ).toEqual(
          tasks
            .map((task) => [`…${task.taskId.slice(-8)}`, task.state, task.userId, String(task.priority)])
            .toSorted(byUser),
        );
      },
      { timeout: SOON_MS },
    );
    await page.getByRole('row', { name: /user-0/ }).click();
    await expectText(page, 'RangeError: not this one');
    await page.keyboard.press('Escape');
    await page.getByRole('dialog').waitFor({ state: 'detached' });

    await page.getByRole('link', { name: 'Health', exact: true }).click();
    const { components } = await cluster.verdict();
    await expectText(page, 'balancer');
    const found = await page.getByRole('table').locator('tbody tr').allInnerTexts();
    expect(found).toHaveLength(components.length);
    await page.getByRole('link', { name: /^Health: all well/ }).waitFor();
  });

  it('believes what happens while it looks, and not what it was told before', async () => {
    const cluster = await clusterForTest({ tasks: await waiting() });
    await cluster.addMonitor();
    const client = cluster.client();
    await client.submit('STEP', 'good', { userId: 'user-1' }).result();
    const task = client.submit('STEP', 'wait', { userId: 'user-2' });
    const ended = task.result().catch(() => undefined);
    await task.accepted;
    const asked = Promise.withResolvers<void>();
    const told = Promise.withResolvers<void>();
    const page = await openPage(`${cluster.pageUrl}/tasks`);
    await page.route('**/api/tasks?*', async (route) => {
      const response = await route.fetch();
      asked.resolve();
      await told.promise;
      await route.fulfill({ response });
    });
    await page.reload();
    await asked.promise;
    await task.cancel();
    await ended;
    await page
      .getByRole('row', { name: /user-2/ })
      .getByText('cancelled')
      .waitFor();
    told.resolve();
    // What it was told has come when it shows the task of which no event has told.
    await page.getByRole('row', { name: /user-1/ }).waitFor();
    expect(await page.getByRole('row', { name: /user-2/ }).innerText()).toContain('cancelled');
  });

  it('believes the last list that it has asked for, whatever it was told of an earlier one', async () => {
    const cluster = await clusterForTest({ tasks: await waiting() });
    await cluster.addMonitor();
    const task = cluster.client().submit('STEP', 'wait', { userId: 'user-2' });
    const ended = task.result().catch(() => undefined);
    await task.accepted;
    const page = await openPage(`${cluster.pageUrl}/tasks`);
    // It is told twice in a row that it has missed something, and nothing else.
    const resync = 'event: resync\ndata: {}\n\n';
    await page.route(
      '**/api/events',
      (route) => route.fulfill({ contentType: 'text/event-stream', body: resync + resync }),
      { times: 1 },
    );
    let asked = 0;
    const told = Promise.withResolvers<void>();
    await page.route('**/api/tasks?*', async (route) => {
      asked += 1;
      if (asked === 2) {
        await told.promise;
        await task.cancel();
        await ended;
      }
      await route.fulfill({ response: await route.fetch() });
      told.resolve();
    });
    await page.reload();
    await page
      .getByRole('row', { name: /user-2/ })
      .getByText('cancelled')
      .waitFor();
    expect(asked).toBe(2);
  });

  it('cancels a task', async () => {
    const cluster = await clusterForTest({ tasks: await waiting() });
    await cluster.addMonitor();
    const task = cluster.client().submit('STEP', 'wait');
    const ended = task.result().catch((error: Error) => error.message);
    const page = await openPage(`${cluster.pageUrl}/tasks`);
    await page.getByRole('row', { name: /STEP/ }).click();
    await page.getByRole('button', { name: 'Cancel this task' }).click();
    expect(await ended).toMatch(/cancelled/);
    await page.getByRole('dialog').getByText('cancelled', { exact: true }).waitFor();
    expect(await page.getByRole('button', { name: 'Cancel this task' }).count()).toBe(0);
  });

  it('shows what happened to a task that failed, and runs it again', async () => {
    const tasks = await taskFolder({ 'sometimes.ts': taskSource('SOMETIMES', sometimes) });
    const cluster = await clusterForTest({ tasks });
    await cluster.addMonitor();
    const rules = { maxAttempts: 2, backoff: { kind: 'fixed', delayMs: 10 } } as const;
    const file = join(tasks, 'there');
    await expect(cluster.client().submit('SOMETIMES', { file }, rules).result()).rejects.toThrow('not yet');
    const page = await openPage(`${cluster.pageUrl}/tasks`);
    await page.getByRole('row', { name: /SOMETIMES/ }).click();
    const story = page.getByRole('region', { name: 'History' });
    await story.waitFor();
    const told = await story.innerText();
    expect(told).toMatch(
      /accepted[^]*dispatched to hub-1[^]*attempt 1[^]*failed on [^]*Error: not yet[^]*that was the last of its attempts/,
    );
    await page.getByRole('dialog').getByText('on disk').waitFor();
    await writeFile(file, '');
    await page.getByRole('button', { name: 'Run this task again' }).click();
    await expectText(page, '"now"');
    await page.getByRole('dialog').getByText('run again').waitFor();
    expect(await page.getByRole('button', { name: 'Run this task again' }).count()).toBe(0);
  });

  it('runs all dead tasks again that match, once that is confirmed', async () => {
    const tasks = await taskFolder({ 'sometimes.ts': taskSource('SOMETIMES', sometimes) });
    const cluster = await clusterForTest({ tasks });
    await cluster.addMonitor();
    const client = cluster.client();
    const file = join(tasks, 'there');
    const failing = ['ada', 'ada', 'bob'].map((userId) => client.submit('SOMETIMES', { file }, { userId }));
    await Promise.allSettled(failing.map((task) => task.result()));
    const page = await openPage(`${cluster.pageUrl}/tasks`);
    await page.getByText('Dead', { exact: true }).click();
    await expect.poll(async () => (await inCells(page, 'Tasks')).length, { timeout: SOON_MS }).toBe(3);
    await page.getByLabel('User').fill('ada');
    await expect.poll(async () => (await inCells(page, 'Tasks')).length, { timeout: SOON_MS }).toBe(2);
    await writeFile(file, '');
    await page.getByRole('button', { name: 'Run all again' }).click();
    await expectText(page, 'Run 2 dead tasks of the user ada again?');
    await page.getByRole('button', { name: 'Run them again' }).click();
    await expectText(page, 'No dead task is like that');
    await vi.waitFor(
      async () => {
        const { tasks: known } = (await cluster.request('/api/tasks')).body as {
          tasks: { userId: string; state: string }[];
        };
        expect(known.map(({ userId, state }) => `${userId} ${state}`).toSorted()).toEqual([
          'ada done',
          'ada done',
          'bob failed',
        ]);
      },
      { timeout: SOON_MS },
    );
  });

  it('hands in a task with rules', async () => {
    const cluster = await clusterForTest();
    await cluster.addMonitor();
    const page = await openPage(cluster.pageUrl);
    await page.getByRole('button', { name: 'Submit a task' }).click();
    const form = page.getByRole('dialog');
    await form.getByText('Advanced').click();
    await form.getByLabel('Attempts').fill('3');
    await form.getByLabel('Delay').fill('soon');
    await form.getByRole('button', { name: 'Submit', exact: true }).click();
    await expectText(page, 'A duration such as 500ms, 10s or 2h');
    await form.getByLabel('Delay').fill('1h');
    await form.getByLabel('Durability').selectOption('memory');
    await form.getByLabel('Key').fill('only one');
    await form.getByRole('button', { name: 'Submit', exact: true }).click();
    await page.getByRole('dialog').getByText('delayed', { exact: true }).first().waitFor();
    await expectText(page, /^held back until /);
    await expectText(page, 'in memory');
  });

  it('survives a restart of the balancer', async () => {
    const cluster = await clusterForTest();
    await cluster.addMonitor();
    const page = await openPage(cluster.pageUrl);
    await page.getByTestId('Hubs').filter({ hasText: '1' }).waitFor();
    await cluster.balancer.kill();
    await expectText(page, 'The connection to the balancer is lost');
    // What was known still stands there.
    expect(await page.getByTestId('Hubs').innerText()).toBe('1');
    await cluster.restartBalancer();
    await page
      .getByText('The connection to the balancer is lost')
      .waitFor({ state: 'detached', timeout: SOON_MS });
    await page.getByTestId('Hubs').filter({ hasText: '1' }).waitFor({ timeout: SOON_MS });
    await page.getByRole('button', { name: 'Submit a task' }).click();
    await page.getByRole('button', { name: 'Submit', exact: true }).click();
    await expectText(page, 'Hello John Doe !');
  });

  it('stays of use while more happens than anybody can read', async () => {
    const cluster = await clusterForTest({ parameters: { LB_QUEING_MAXPERUSER: '0' } });
    await cluster.addMonitor();
    let isOver = false;
    const work = (async () => {
      for await (const { index } of cluster.client().map('HELLO', greetings()))
        if (isOver || index < 0) break;
    })();
    onTestFinished(() => {
      isOver = true;
      return work;
    });
    const page = await openPage(`${cluster.pageUrl}/tasks`);
    await expectText(page, /^So much happens/);
    for (const view of ['Overview', 'Workers', 'Tasks']) {
      await page.getByRole('link', { name: view, exact: true }).click();
      await page
        .getByRole('heading', { name: view, level: 1 })
        .waitFor({ state: 'attached', timeout: SOON_MS });
    }
  });

  it('says what to do when there is nothing to show yet, and when nobody checks the health', async () => {
    const cluster = await clusterForTest({ hubs: 0 });
    await cluster.addMonitor();
    const page = await openPage(cluster.pageUrl);
    await expectText(page, 'Nothing has been submitted yet');
    await page.getByRole('link', { name: /^Health: not checked/ }).waitFor();
    await page.getByRole('link', { name: 'Workers' }).click();
    await expectText(page, 'No workers yet');
    await page.goto(`${cluster.pageUrl}/tasks/019ab2c4-5d6e-7abc-8def-0123456789ab`);
    await expectText(page, 'This task is not known any more');
    await page.goto(`${cluster.pageUrl}/nowhere`);
    await expectText(page, 'There is no such page');
  });

  it.each(['light', 'dark'] as const)('fits a phone (%s)', async (colorScheme) => {
    const cluster = await clusterForTest();
    await cluster.addMonitor();
    await cluster.client().submit('HELLO', { firstName: 'John', lastName: 'Doe' }).result();
    const page = await openPage(cluster.pageUrl, { viewport: phone, colorScheme });
    const backgrounds = new Set<string>();
    for (const view of views) {
      await page.goto(cluster.pageUrl + view);
      await page.getByRole('main').waitFor();
      await page.getByRole('button', { name: 'Submit a task' }).waitFor();
      const { scrollWidth, background } = await page.evaluate(() => ({
        scrollWidth: document.documentElement.scrollWidth,
        background: getComputedStyle(document.body).backgroundColor,
      }));
      expect(scrollWidth).toBeLessThanOrEqual(phone.width);
      // What stands on top has room there: nothing is pushed out of sight.
      expect((await page.getByAltText('Penstock').boundingBox())?.y).toBeGreaterThan(0);
      backgrounds.add(background);
    }
    expect([...backgrounds]).toEqual([colorScheme === 'light' ? 'rgb(246, 248, 250)' : 'rgb(31, 31, 31)']);
  });
});

function* greetings() {
  for (;;) yield { firstName: 'John', lastName: 'Doe' };
}

function byUser(a: readonly unknown[], b: readonly unknown[]): number {
  return String(a[2]).localeCompare(String(b[2]));
}

/** Fails as long as its file is not there. */
const sometimes = `async ({ file }) => {
  const { existsSync } = await import('node:fs');
  if (!existsSync(file)) throw new Error('not yet');
  return 'now';
}`;

/** A task that does what its payload says: it fails, is done, or works until it is cancelled. */
function waiting(): Promise<string> {
  const step = `async (what: string, { progress, signal }) => {
    if (what === 'bad') throw new RangeError('not this one');
    if (what === 'good') return 'well done';
    progress(50);
    await new Promise((resolve) => signal.addEventListener('abort', resolve));
    throw signal.reason;
  }`;
  return taskFolder({ 'step.ts': taskSource('STEP', step) });
}
