import { afterAll, beforeAll, describe, expect, it, onTestFailed, vi } from 'vitest';
import { openStranger } from '../support/browser.js';
import { Stack } from './support/stack.js';
import type { Ledger } from './support/steady-load.js';

let stack: Stack;

beforeAll(async () => {
  stack = await Stack.make('system');
});

afterAll(() => stack.down());

function logsIfFailed(): void {
  onTestFailed(async () => {
    process.stderr.write(await stack.compose('logs', '--no-color', '--tail', '60', 'balancer', 'worker-hub'));
  });
}

/** Whatever happened: each task that was acknowledged has ended well, and once. */
function expectNothingLost({ acknowledged, finished }: Ledger): void {
  expect(acknowledged.length).toBeGreaterThan(0);
  expect(finished.map(({ taskId }) => taskId).toSorted()).toEqual(acknowledged.toSorted());
  expect(new Set(acknowledged).size).toBe(acknowledged.length);
  expect(finished.filter(({ state, ends }) => state !== 'done' || ends !== 1)).toEqual([]);
}

/** Nobody who stops as told costs a task an attempt. */
function expectNobodyCharged({ finished }: Ledger): void {
  expect(finished.filter(({ charged }) => charged > 0)).toEqual([]);
}

describe('docker compose', () => {
  it('brings the system up, and the first task is finished within a minute', async () => {
    logsIfFailed();
    const startedAt = performance.now();
    await stack.compose('up', '--detach', '--wait');
    expect(await stack.result('HELLO', { firstName: 'John', lastName: 'Doe' })).toBe('Hello John Doe !');
    const seconds = (performance.now() - startedAt) / 1_000;
    process.stderr.write(`From "docker compose up" to the first result: ${seconds.toFixed(1)} s\n`);
    expect(seconds).toBeLessThan(60);
  });

  it('publishes the page alone, and that on loopback', async () => {
    const published = await stack.docker(
      ...['ps', '--filter', `label=com.docker.compose.project=${stack.name}`, '--format', '{{.Ports}}'],
    );
    const bound = [...published.matchAll(/(\S+)->/g)].map(([, where]) => where);
    expect(bound).toEqual([`127.0.0.1:${stack.port}`]);
  });

  it('lets nobody in without a token, but whoever asks whether it lives', async () => {
    const knocked = await fetch(`${stack.url}/api/stats`);
    expect(knocked.status).toBe(401);
    expect(
      (await fetch(`${stack.url}/api/stats`, { headers: { authorization: 'Bearer guessed' } })).status,
    ).toBe(401);
    expect((await fetch(`${stack.url}/healthcheck/health/live`)).status).toBe(200);
  });

  it('gives each container its own key alone, and no more rights than it needs', async () => {
    const has: Record<string, string[]> = {};
    for (const service of ['balancer', 'worker-hub', 'healthcheck', 'monitor']) {
      const [container = ''] = await stack.containers(service);
      const inside = async (command: string) =>
        (await stack.docker('exec', container, 'sh', '-c', command)).trim();
      has[service] = (await inside('ls /run/penstock 2>/dev/null; true')).split('\n');
      expect(await inside('id -u')).toBe('1000');
      expect(await inside('grep -E "^(CapEff|CapBnd|NoNewPrivs):" /proc/1/status')).toMatch(
        /^CapEff:\t0+\nCapBnd:\t0+\nNoNewPrivs:\t1$/,
      );
      expect(await inside('touch /penstock/x 2>&1; true')).toContain('Read-only file system');
    }
    expect(has).toEqual({
      balancer: ['balancer', 'tokens'],
      'worker-hub': ['worker'],
      healthcheck: ['health', 'tokens'],
      monitor: [''],
    });
  });

  it('buries the processes that handlers leave behind', async () => {
    const [hub = ''] = await stack.containers('worker-hub');
    await stack.docker('exec', hub, 'sh', '-c', '(sh -c "exec true" &) ; exec true');
    await vi.waitFor(async () => {
      const states = await stack.docker('exec', hub, 'sh', '-c', 'cat /proc/[0-9]*/stat | cut -d" " -f3');
      expect(states.split('\n')).not.toContain('Z');
    });
  });

  it('takes a task from the command line, which is a container of the same network', async () => {
    const said = await stack.type(
      `docker compose run --rm cli submit HELLO '{"firstName":"Ada","lastName":"Lovelace"}' --wait`,
    );
    expect(said.stdout).toBe('Hello Ada Lovelace !\n');
  });

  it('shows all of that in a browser, through nginx', async () => {
    logsIfFailed();
    const page = await openStranger(await stack.loginLink());
    await page.getByTestId('Hubs').filter({ hasText: '1' }).waitFor();
    await page.getByRole('button', { name: 'Submit a task' }).click();
    await page.getByRole('button', { name: 'Submit', exact: true }).click();
    await page.getByText('Hello John Doe !').first().waitFor();
    await page.getByRole('link', { name: /^Health: all well/ }).waitFor();
    const { tasks } = await stack.json<{ tasks: { name: string; state: string }[] }>('/api/tasks?limit=1');
    expect(tasks).toMatchObject([{ name: 'HELLO', state: 'done' }]);
  });

  it('scales from 1 hub to 5 and down to 2 under load, and charges nobody', async () => {
    logsIfFailed();
    const load = stack.load();
    await load.goesOn();
    const startedAt = performance.now();
    await stack.compose('up', '--detach', '--no-recreate', '--scale', 'worker-hub=5');
    await stack.hubsUp(5);
    process.stderr.write(`From 1 hub to 5: ${((performance.now() - startedAt) / 1_000).toFixed(1)} s\n`);
    await load.goesOn(100);
    await stack.compose('up', '--detach', '--no-recreate', '--scale', 'worker-hub=2');
    await stack.hubsUp(2);
    await load.goesOn();
    const ledger = await load.finish();
    expectNothingLost(ledger);
    expectNobodyCharged(ledger);
  });

  it('loses nothing when a hub is killed, nor when one crashes', async () => {
    logsIfFailed();
    const load = stack.load();
    await load.goesOn();
    const [killed = '', crashed = ''] = await stack.containers('worker-hub');
    await stack.docker('kill', '--signal', 'KILL', killed);
    await load.goesOn(40);
    await stack.docker('start', killed);
    await stack.hubsUp(2);
    // All of its processes but the first, which goes with them; Docker starts it again.
    await stack.docker('exec', crashed, 'sh', '-c', 'kill -9 -1').catch(() => {});
    await load.goesOn(40);
    await stack.hubsUp(2);
    expect(await stack.docker('inspect', '--format', '{{.RestartCount}}', crashed)).toBe('1\n');
    expectNothingLost(await load.finish());
  });

  it('loses nothing when the balancer is killed', async () => {
    logsIfFailed();
    const load = stack.load();
    await load.goesOn();
    const [balancer = ''] = await stack.containers('balancer');
    await stack.docker('kill', '--signal', 'KILL', balancer);
    await stack.docker('start', balancer);
    await load.goesOn(40);
    await stack.hubsUp(2);
    expectNothingLost(await load.finish());
  });

  it('loses nothing and charges nobody while every service is replaced, one after the other', async () => {
    logsIfFailed();
    const load = stack.load();
    await load.goesOn();
    for (const service of ['balancer', 'worker-hub', 'healthcheck', 'monitor']) {
      const before = await stack.containers(service);
      const scale = service === 'worker-hub' ? ['--scale', 'worker-hub=2'] : [];
      await stack.compose(
        ...['up', '--detach', '--wait', '--no-deps', '--force-recreate', ...scale, service],
      );
      const after = await stack.containers(service);
      expect(after).toHaveLength(before.length);
      expect(after.filter((id) => before.includes(id))).toEqual([]);
      await load.goesOn();
    }
    await stack.hubsUp(2);
    const ledger = await load.finish();
    expectNothingLost(ledger);
    expectNobodyCharged(ledger);
  });

  it('stops when it is told to, every part in good order', async () => {
    logsIfFailed();
    await stack.compose('stop');
    const ids = await stack.docker(
      'ps',
      '--all',
      '--quiet',
      '--filter',
      `label=com.docker.compose.project=${stack.name}`,
    );
    const codes = await stack.docker(
      ...['inspect', '--format', '{{index .Config.Labels "com.docker.compose.service"}} {{.State.ExitCode}}'],
      ...ids.trim().split('\n'),
    );
    expect(codes.trim().split('\n').toSorted()).toEqual([
      'balancer 0',
      'healthcheck 0',
      'init 0',
      'monitor 0',
      'worker-hub 0',
      'worker-hub 0',
    ]);
  });
});
