import type { HealthVerdict } from '@penstock/protocol';
import { loadParameters } from '@penstock/parameters';
import { describe, expect, it, onTestFinished, vi } from 'vitest';
import { hubView } from '../test/observations.js';
import { scriptedBalancer, scriptedHub } from '../test/peers.js';
import { startHealthCheck } from './health-check.js';

/** A health check in this process that looks often, until the test ends. */
async function start(controlPort: number, ...flags: string[]) {
  const quick = ['--HC_INTERVAL=50ms', '--HC_TIMEOUT=40ms', '--HEARTBEAT_INTERVAL=10ms'];
  const { values } = loadParameters('healthcheck', {
    argv: [`--LB_HCREPPORT=${controlPort}`, '--HC_HTTPPORT=0', ...quick, ...flags],
    env: { PENSTOCK_PARAMETERS: 'none' },
    cwd: '/',
  });
  const lines: string[] = [];
  const write = (line: unknown): void => void lines.push(String(line));
  const health = await startHealthCheck(values, { log: write, warn: write, error: write, fatal: write });
  onTestFinished(() => health.stop());
  const get = async (path: string): Promise<{ status: number; body: unknown }> => {
    const response = await fetch(health.url + path);
    return { status: response.status, body: await response.json() };
  };
  const verdict = async (): Promise<HealthVerdict> => (await get('/health/verdict')).body as HealthVerdict;
  const until = async (check: (verdict: HealthVerdict) => void): Promise<void> =>
    vi.waitFor(async () => check(await verdict()), { timeout: 20_000, interval: 20 });
  return { ...health, lines, get, until };
}

const anyone = hubView('A');

describe('a health check', () => {
  it('finds all well where all is well', async () => {
    const hub = await scriptedHub(anyone);
    const balancer = await scriptedBalancer();
    balancer.script.hubs = [hub.view];
    const { get, until } = await start(balancer.port);
    await until(({ components }) => expect(components[1]).toMatchObject({ name: 'A', message: 'up' }));
    expect(await get('/health')).toMatchObject({
      status: 200,
      body: {
        status: 'ok',
        details: { balancer: { status: 'up' }, 'hub A (machine, pid 1)': { status: 'up', state: 'up' } },
      },
    });
    expect((await get('/health/live')).body).toEqual({ status: 'ok' });
    expect((await get('/health/ready')).status).toBe(200);
  });

  it('gives up a hub that answers no more, by naming its session, and says so until that is over', async () => {
    const hub = await scriptedHub(anyone);
    const balancer = await scriptedBalancer();
    balancer.script.hubs = [hub.view];
    const { get, until, lines } = await start(balancer.port);
    await until(({ components }) => expect(components[1]?.message).toBe('up'));
    hub.script.answers = false;
    balancer.script.hubs = [{ ...hub.view, silentMs: 60_000 }];
    await until(({ status }) => expect(status).toBe('down'));
    const { session, incarnation } = anyone;
    await vi.waitFor(() => expect(balancer.script.downs).toHaveLength(1));
    expect(balancer.script.downs[0]).toMatchObject({ session, incarnation });
    expect(balancer.script.downs[0]?.reason).toMatch(/^4 probes missed/);
    expect((await get('/health')).status).toBe(503);
    await vi.waitFor(() => expect(lines.some((line) => line.startsWith('HC - A IS GIVEN UP'))).toBe(true));
    hub.script.answers = true;
    balancer.script.hubs = [{ ...hub.view, session: { epoch: 7, number: 2 } }];
    await until(({ status, warnings }) => expect([status, warnings]).toEqual(['ok', []]));
    expect(balancer.script.downs).toHaveLength(1);
  });

  it('tries again while the balancer does not do as it is told', async () => {
    const hub = await scriptedHub(anyone);
    const balancer = await scriptedBalancer();
    balancer.script.obeys = false;
    balancer.script.hubs = [{ ...hub.view, silentMs: 60_000 }];
    hub.script.answers = false;
    const { lines } = await start(balancer.port);
    await vi.waitFor(() => expect(balancer.script.downs.length).toBeGreaterThan(2), { timeout: 20_000 });
    expect(lines).toContainEqual(expect.stringContaining("HC - CAN'T SEND DOWN WORKER TO LB"));
  });

  it('does not take another hub at the same port for the one it probes', async () => {
    const other = await scriptedHub({ ...anyone, incarnation: 'somebody else' });
    const balancer = await scriptedBalancer();
    balancer.script.hubs = [{ ...other.view, incarnation: 'A-1', silentMs: 60_000 }];
    const { until } = await start(balancer.port);
    await until(({ components }) =>
      expect(components.find(({ name }) => name === 'A')?.message).toContain('another hub answers there'),
    );
  });

  it('dials nothing that it may not dial, and gives nobody up for that', async () => {
    const hub = await scriptedHub(anyone);
    const balancer = await scriptedBalancer();
    balancer.script.hubs = [{ ...hub.view, silentMs: 60_000 }, hubView('B', { silentMs: 60_000 })];
    delete balancer.script.hubs[1]?.probe;
    const { get, until } = await start(balancer.port, '--HC_ALLOW=["192.0.2.0/24"]');
    await until(({ components }) =>
      expect(components.slice(1)).toMatchObject([
        { name: 'A', state: 'unprobed', message: '127.0.0.1 is not in HC_ALLOW' },
        { name: 'B', state: 'unprobed', message: 'it announces no port for probes' },
      ]),
    );
    const { checkedAt } = (await get('/health/verdict')).body as HealthVerdict;
    await until((verdict) => expect(verdict.checkedAt).toBeGreaterThan(checkedAt + 300));
    expect(balancer.script.downs).toEqual([]);
  });

  it('tells when the balancer does not answer', async () => {
    const gone = await scriptedBalancer();
    await gone.close();
    const { until, lines } = await start(gone.port);
    await until(({ status }) => expect(status).toBe('down'));
    expect(lines).toContain("HC - CAN'T GET WORKER LIST : LB DOWN ??");
  });

  it('pushes its verdicts', async () => {
    const balancer = await scriptedBalancer();
    const { url, until } = await start(balancer.port);
    await until(({ warnings }) => expect(warnings).toMatchObject([{ code: 'NO_WORKERS' }]));
    const response = await fetch(`${url}/health/events`);
    const reader = response.body?.pipeThrough(new TextDecoderStream()).getReader();
    let text = '';
    while (!/event: verdict[^]*"NO_WORKERS"[^]*event: verdict/.test(text)) {
      const { value, done } = (await reader?.read()) ?? { done: true, value: '' };
      if (done) break;
      text += value;
    }
    expect(text).toContain('event: verdict');
    await reader?.cancel();
  });

  it('serves no other site', async () => {
    const balancer = await scriptedBalancer();
    const { url } = await start(balancer.port);
    const response = await fetch(`${url}/health/verdict`, { headers: { origin: 'http://evil.example' } });
    expect(response.status).toBe(403);
    expect(await response.text()).toContain('HC_HTTPHOSTS');
  });

  it('counts its rounds and what it has given up', async () => {
    const balancer = await scriptedBalancer();
    const { url, until } = await start(balancer.port);
    await until(({ warnings }) => expect(warnings).toHaveLength(1));
    const text = await (await fetch(`${url}/metrics`)).text();
    expect(text).toContain('penstock_component_state{kind="balancer",name="balancer",state="up"} 1');
    expect(text).toContain('penstock_health_warnings{code="NO_WORKERS"} 1');
    expect(text).toMatch(/penstock_health_rounds_total [1-9]/);
  });
});
