import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished, vi } from 'vitest';
import { root } from './support/checkout.js';
import { launch, type Launcher } from './support/launcher.js';
import { expectNothingLeft, GONE_MS } from './support/nothing-left.js';
import { descendantsOf } from './support/processes.js';
import { taskFolder, taskSource } from './support/task-folder.js';

/** Starts Penstock without its demonstration, and waits until it is ready. */
async function launchReady(env: Readonly<Record<string, string>> = {}): Promise<Launcher> {
  const launcher = await launch({ args: ['--no-demo'], env, cwd: root });
  await launcher.program.line(/^Penstock is ready/);
  return launcher;
}

/** Starts Penstock with a hub that waits for its tasks, and a task that does not end. */
async function launchStuck(): Promise<Launcher> {
  const folder = await taskFolder({ 'stuck.ts': taskSource('STUCK', '() => new Promise(() => {})') });
  const launcher = await launchReady({ WKHUB_TASKS: folder, WKHUB_DRAIN_TIMEOUT: '1h' });
  await submit(launcher, { name: 'STUCK', payload: null }, '1ms');
  await vi.waitFor(async () => {
    const response = await fetch(`http://127.0.0.1:${launcher.httpPort}/api/tasks?state=running`);
    expect(await response.json()).toMatchObject({ tasks: [{ name: 'STUCK' }] });
  });
  return launcher;
}

/** Submits a task over HTTP and waits for its end. */
async function submit({ httpPort }: Launcher, task: object, wait = '30s'): Promise<unknown> {
  const response = await fetch(`http://127.0.0.1:${httpPort}/api/tasks?wait=${wait}`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(task),
  });
  return response.json();
}

describe('penstock up', () => {
  it('starts a balancer and a hub, and says how to hand in a task', async () => {
    const launcher = await launchReady();
    const curl = await launcher.program.line(/curl/);
    expect(curl).toContain(`http://127.0.0.1:${launcher.httpPort}/api/tasks?wait=5s`);
    const task = { name: 'HELLO', payload: { firstName: 'John', lastName: 'Doe' } };
    const body = await launcher.program.line(/^ +-d /);
    expect(body).toContain(JSON.stringify(task).replaceAll(/([:,])/g, '$1 '));
    expect(await submit(launcher, task)).toMatchObject({ state: 'done', result: 'Hello John Doe !' });
  });

  it('prints a link that signs a browser in, and lets no page in without', async () => {
    const { program, monitorPort, parameters } = await launchReady();
    const page = `http://127.0.0.1:${monitorPort}`;
    const ask = async (path: string, headers: Record<string, string>): Promise<number> =>
      (await fetch(page + path, { headers: { origin: page, ...headers } })).status;
    expect(await ask('/api/stats', {})).toBe(401);
    const [, code] = (await program.line(/^Penstock is ready/)).split('#');
    const entered = await fetch(`${page}/api/session`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', origin: page },
      body: JSON.stringify({ code }),
    });
    expect(entered.status).toBe(200);
    const cookie = entered.headers.get('set-cookie')?.split(';', 1)[0] ?? '';
    expect(await ask('/api/stats', { cookie })).toBe(200);
    // The health check knows the session as well.
    expect(await ask('/healthcheck/health/verdict', {})).toBe(401);
    expect(await ask('/healthcheck/health/verdict', { cookie })).toBe(200);
    expect(program.lines.join('\n')).not.toContain('penstock_');
    const token = await readFile(join(parameters['PENSTOCK_DATA'] ?? '', 'admin', 'token'), 'utf8');
    expect(token).toMatch(/^penstock_\S+\n$/);
  });

  it.each(['SIGINT', 'SIGTERM', 'SIGHUP'] as const)(
    'stops everything on %s, within 5 seconds',
    async (signal) => {
      const { program, ports } = await launchReady();
      const pids = descendantsOf(program.pid);
      // A balancer, a hub with its two workers, a health check and a monitor.
      expect(pids.length).toBeGreaterThanOrEqual(6);
      const stoppedAt = performance.now();
      program.signal(signal);
      expect(await program.exited).toEqual({ code: 0, signal: null });
      await expectNothingLeft(pids, ports);
      expect(performance.now() - stoppedAt).toBeLessThan(GONE_MS);
    },
  );

  it('goes on, when it is started again, with what was acknowledged, and says so', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'penstock-cwd-'));
    onTestFinished(() => rm(folder, { recursive: true, force: true }));
    const start = async (): Promise<Launcher> => {
      // The folder of the journal is that of whoever starts it: by default .penstock where it is started.
      const launcher = await launch({
        args: ['--no-demo', '--PENSTOCK_DATA', '.penstock'],
        env: { WKHUB_TASKS: await taskFolder({ 'later.ts': taskSource('LATER', '() => 1') }) },
        cwd: folder,
      });
      await launcher.program.line(/^Penstock is ready/);
      return launcher;
    };
    const first = await start();
    await submit(first, { name: 'NOT_YET_KNOWN', payload: null }, '1ms');
    expect(await first.program.line(/on the disk, in \.penstock: /)).toMatch(/^What is acknowledged/);
    first.program.signal('SIGINT');
    await first.program.exited;
    const second = await start();
    await second.program.line(/^balancer .*LB - RECOVERED 1 TASKS IN \d+ ms: 1 queued/);
  });

  it('stops while it starts', async () => {
    const { program, ports } = await launch({ args: ['--no-demo'], cwd: root });
    await program.line(/HUB - STARTING/);
    const pids = descendantsOf(program.pid);
    program.signal('SIGINT');
    expect(await program.exited).toEqual({ code: 0, signal: null });
    await expectNothingLeft(pids, ports);
  });

  it('stops within 5 seconds although a task runs on', async () => {
    const { program, ports } = await launchStuck();
    const pids = descendantsOf(program.pid);
    const stoppedAt = performance.now();
    program.signal('SIGINT');
    expect(await program.exited).toEqual({ code: 1, signal: null });
    expect(program.lines.at(-1)).toBe('did not stop in time, and was killed: hub');
    await expectNothingLeft(pids, ports);
    expect(performance.now() - stoppedAt).toBeLessThan(GONE_MS);
  });

  it('does not wait for a task when Ctrl-C is pressed again', async () => {
    const { program, ports } = await launchStuck();
    const pids = descendantsOf(program.pid);
    await vi.waitFor(
      () => {
        program.signal('SIGINT');
        expect(program.isRunning).toBe(false);
      },
      { timeout: GONE_MS, interval: 100 },
    );
    // One that had waited would have said so, and exited with 1.
    expect((await program.exited).code).toBe(130);
    await expectNothingLeft(pids, ports);
  });

  it('leaves nothing behind when it is killed', async () => {
    const { program, ports } = await launchReady();
    const pids = descendantsOf(program.pid);
    await program.kill();
    await expectNothingLeft(pids, ports);
  });

  it('shows its page, and that all is well', async () => {
    const { program, monitorPort, healthPort } = await launchReady();
    await program.line(new RegExp(`See what it does: http://127.0.0.1:${monitorPort}/login#\\S+$`));
    const page = await fetch(`http://127.0.0.1:${monitorPort}/`);
    expect(await page.text()).toContain('<title>');
    const api = await fetch(`http://127.0.0.1:${monitorPort}/api/stats`);
    expect(await api.json()).toMatchObject({ hubs: 1 });
    await vi.waitFor(async () => {
      const health = await fetch(`http://127.0.0.1:${healthPort}/health/verdict`);
      expect(await health.json()).toMatchObject({
        status: 'ok',
        components: [
          { kind: 'balancer', state: 'up' },
          { kind: 'hub', state: 'up' },
        ],
      });
    }, GONE_MS);
  });

  it.each([
    ['hub', /HUB - STARTING.*pid/],
    ['balancer', /LB - Penstock.*pid/],
    ['healthcheck', /HC - Penstock.*pid/],
    ['monitor', /MONITOR - Penstock.*pid/],
  ])('stops, and says so, when its %s dies', async (part, start) => {
    const { program, ports } = await launchReady();
    const pids = descendantsOf(program.pid);
    const pid = Number(/pid (\d+)/.exec(await program.line(start))?.[1]);
    process.kill(pid, 'SIGKILL');
    expect(await program.exited).toEqual({ code: 1, signal: null });
    const log = program.lines.join('\n');
    expect(log).toContain(`the ${part} ended by itself (signal SIGKILL); its last words:\n`);
    await expectNothingLeft(pids, ports);
  });

  it('names a port that is taken, and the parameter that moves it, in its only line', async () => {
    const { httpPort } = await launchReady();
    const { program: second } = await launch({ env: { LB_HTTPPORT: `${httpPort}` }, cwd: root });
    expect(await second.exited).toEqual({ code: 1, signal: null });
    expect(second.lines).toEqual([
      expect.stringMatching(
        `^port ${httpPort} is taken: choose another with LB_HTTPPORT, e[.]g[.] penstock up --LB_HTTPPORT \\d+$`,
      ),
    ]);
  });

  it('refuses parameters that are wrong before it starts anything', async () => {
    const { program } = await launch({ args: ['--LB_HTPPORT', '8081'] });
    expect((await program.exited).code).toBe(78);
    expect(program.lines.join('\n')).toContain('did you mean "--LB_HTTPPORT"?');
  });
});
