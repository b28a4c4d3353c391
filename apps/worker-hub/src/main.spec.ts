import { writeFileSync } from 'node:fs';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { initTokens } from '@penstock/access';
import { Pattern } from '@penstock/protocol';
import { describe, expect, it, onTestFinished, vi } from 'vitest';
import { HubProcess } from '../test/hub-process.js';
import { KeptOpen } from '../../../libs/hub/test/kept-open.js';
import { cancellable, echo, spinning } from '../../../libs/hub/test/task-files.js';

describe('the process of a hub', () => {
  it('says what it is, and when it is ready', async () => {
    const hub = await HubProcess.start(echo, { WKHUB_NAME: 'my hub' });
    expect(await hub.line('HUB - STARTING my hub')).toContain(`Node.js ${process.version}`);
    await hub.line('HUB - GROUP group-1: 1 worker');
    await hub.line('HUB - TASKS: echo');
    await hub.line('HUB - CONNECTED TO THE LOAD BALANCER');
    await hub.line('HUB - READY (1 worker)');
  });

  it('serves its health and its metrics where its hello says', async () => {
    const hub = await HubProcess.start({ ...echo, ...cancellable });
    const { balancer } = hub;
    const [hello] = balancer.hellos.all;
    const url = `http://127.0.0.1:${hello?.httpPort}`;
    const get = async (path: string, headers = {}): Promise<{ status: number; text: string }> => {
      const response = await fetch(url + path, { headers });
      return { status: response.status, text: await response.text() };
    };
    expect(await get('/health/live')).toEqual({ status: 200, text: '{"status":"ok"}' });
    await balancer.outcomeOf(balancer.sendOne({ name: 'echo' }));
    await vi.waitFor(async () => {
      expect(await get('/health/ready')).toEqual({ status: 200, text: '{"status":"ready","workers":1}' });
    });
    const { text } = await get('/metrics');
    expect(text).toContain('penstock_hub_connected 1');
    expect(text).toContain('penstock_hub_workers{state="idle"} 1');
    expect(text).toContain('penstock_hub_attempts_ended_total{as="done"} 1');
    const taskId = balancer.sendOne({ name: 'ignores' });
    await balancer.startOf(taskId);
    expect((await get('/metrics')).text).toContain('penstock_hub_workers{state="busy"} 1');
    await balancer.close();
    await hub.line('HUB - LOST THE LOAD BALANCER');
    expect((await get('/health/ready')).status).toBe(503);
    expect((await get('/metrics')).text).toContain('penstock_hub_connected 0');
    expect((await get('/nothing')).status).toBe(404);
  });

  it('tells other machines whether it lives, and no more than that without a token', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'penstock-hub-tokens-'));
    onTestFinished(() => rm(folder, { recursive: true, force: true }));
    const { tokens, adminToken } = await initTokens(folder);
    const hub = await HubProcess.start(echo, {
      WKHUB_BIND: '0.0.0.0',
      WKHUB_IP: '127.0.0.1',
      PENSTOCK_INSECURE: '1',
      PENSTOCK_TOKENS: tokens,
    });
    const [hello] = hub.balancer.hellos.all;
    const statusOf = async (path: string, headers = {}): Promise<number> =>
      (await fetch(`http://127.0.0.1:${hello?.httpPort}${path}`, { headers })).status;
    expect(await statusOf('/health/live')).toBe(200);
    for (const path of ['/health/ready', '/metrics']) expect(await statusOf(path), path).toBe(401);
    const authorization = `Bearer ${(await readFile(adminToken, 'utf8')).trim()}`;
    await expect.poll(() => statusOf('/health/ready', { authorization })).toBe(200);
  });

  it('serves no other site', async () => {
    const hub = await HubProcess.start(echo);
    const [hello] = hub.balancer.hellos.all;
    const response = await fetch(`http://127.0.0.1:${hello?.httpPort}/metrics`, {
      headers: { origin: 'http://evil.example' },
    });
    expect(response.status).toBe(403);
    expect(await response.text()).toContain('WKHUB_HTTPHOSTS');
  });

  it.each(['connects and spins', 'spawns and spins'])(
    'takes its workers along when it is killed, even if a handler %s',
    async (name) => {
      const kept = new KeptOpen();
      const port = await kept.listen();
      const hub = await HubProcess.start(spinning);
      hub.balancer.sendOne({ name, payload: port });
      await kept.opened();
      hub.child.kill('SIGKILL');
      await kept.closed();
      expect(await hub.exited).toEqual({ code: null, signal: 'SIGKILL' });
    },
  );

  it('takes a worker without network and files along as well, when it is killed', async () => {
    const text = `export default { name: 'spins', isolation: { network: 'none', files: 'none' },
      run: (isToSpin) => { if (!isToSpin) return process.pid; for (;;); } };`;
    const hub = await HubProcess.start({ 'spins.ts': text });
    const { balancer } = hub;
    const { value: pid } = await balancer.outcomeOf(balancer.sendOne({ name: 'spins', payload: false }));
    await balancer.startOf(balancer.sendOne({ name: 'spins', payload: true }));
    expect(process.kill(pid as number, 0)).toBe(true);
    hub.child.kill('SIGKILL');
    await vi.waitFor(() => expect(() => process.kill(pid as number, 0)).toThrow('ESRCH'), 10_000);
  });

  it.each(['SIGTERM', 'SIGINT'] as const)(
    'drains on %s: what runs ends, what waits goes back',
    async (signal) => {
      const hub = await HubProcess.start({ ...cancellable, ...echo });
      const { balancer } = hub;
      const [running, waiting] = balancer.send({ name: 'blocks', payload: 1_000 }, { name: 'echo' });
      if (running === undefined || waiting === undefined) throw new Error('two were sent');
      await balancer.startOf(running);
      hub.child.kill(signal);
      expect(await balancer.eventOf(Pattern.hubReturned)).toMatchObject({
        leases: [balancer.lease(waiting)],
      });
      expect(await balancer.outcomeOf(running)).toMatchObject({ status: 'done', value: 1_000 });
      await balancer.eventOf(Pattern.hubGoodbye);
      expect(await hub.exited).toEqual({ code: 0, signal: null });
      await hub.line('HUB - EXITED');
    },
  );

  it('gives up what has not ended when it may drain no longer, and leaves no process behind', async () => {
    const kept = new KeptOpen();
    const port = await kept.listen();
    const hub = await HubProcess.start(spinning, { WKHUB_DRAIN_TIMEOUT: '100ms' });
    const taskId = hub.balancer.sendOne({ name: 'connects and spins', payload: port });
    await kept.opened();
    hub.child.kill('SIGTERM');
    expect(await hub.balancer.eventOf(Pattern.hubLost)).toMatchObject({
      leases: [hub.balancer.lease(taskId)],
    });
    await hub.balancer.eventOf(Pattern.hubGoodbye);
    await kept.closed();
    expect(await hub.exited).toEqual({ code: 0, signal: null });
  });

  it('ends at once on a second signal', async () => {
    const kept = new KeptOpen();
    const port = await kept.listen();
    const hub = await HubProcess.start(spinning);
    hub.balancer.sendOne({ name: 'connects and spins', payload: port });
    await kept.opened();
    hub.child.kill('SIGTERM');
    await hub.line('HUB - STOPPING, 1 TASK IN HAND');
    hub.child.kill('SIGTERM');
    expect(await hub.exited).toEqual({ code: 130, signal: null });
    await kept.closed();
  });

  it('reloads its tasks on SIGHUP', async () => {
    const hub = await HubProcess.start(echo);
    writeFileSync(join(hub.folder, 'greet.ts'), `export default { name: 'GREET', run: () => 'hi' };`);
    hub.child.kill('SIGHUP');
    await hub.line('HUB - TASKS RELOADED: +GREET');
    expect((await hub.balancer.outcomeOf(hub.balancer.sendOne({ name: 'GREET' }))).value).toBe('hi');
  });

  it('keeps trying while its balancer is away, and goes on where it was', async () => {
    const hub = await HubProcess.start(cancellable);
    const taskId = hub.balancer.sendOne({ name: 'obeys' });
    await hub.balancer.startOf(taskId);
    await hub.balancer.close();
    await hub.line('HUB - LOST THE LOAD BALANCER');
    const next = await hub.balancer.again();
    const { leases } = await next.hellos.find(() => true);
    expect(leases).toEqual([next.lease(taskId)]);
    next.cancel(taskId);
    expect(await next.outcomeOf(taskId)).toMatchObject({ status: 'cancelled' });
    hub.child.kill('SIGTERM');
    await hub.exited;
    await next.close();
  });
});
