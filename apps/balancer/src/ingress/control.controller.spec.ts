import { ZmqClient } from '@penstock/nestjs-zeromq';
import {
  controlCheckSchema,
  hubViewSchema,
  Pattern,
  statsViewSchema,
  type HubView,
  type StatsView,
} from '@penstock/protocol';
import { firstValueFrom } from 'rxjs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { runBalancer, type RunningBalancer } from '../../test/running-balancer.js';
import { ScriptedHub } from '../../test/scripted-hub.js';

let balancer: RunningBalancer;
let control: ZmqClient;

beforeAll(async () => {
  balancer = await runBalancer();
  control = new ZmqClient({ endpoint: balancer.control });
});

afterAll(async () => {
  control.close();
  await balancer.stop();
});

async function ask<T>(pattern: string, data: object = {}): Promise<T> {
  return firstValueFrom(control.send<T>(pattern, data));
}

describe('the control port', () => {
  it('says which balancer is there', async () => {
    const check = controlCheckSchema.parse(await ask(Pattern.controlCheck));
    expect(check).toMatchObject({ pid: process.pid, node: process.version });
  });

  it('tells what hubs there are, where they are probed, and in which session they are', async () => {
    const hub = await new ScriptedHub(balancer.hubs, {}, () => 'done', {
      probe: { host: '127.0.0.1', port: 8301 },
      httpPort: 8302,
    }).ready();
    const views = z.array(hubViewSchema).parse(await ask(Pattern.controlWorkers));
    expect(views).toMatchObject([
      {
        name: 'scripted',
        session: hub.session,
        probe: { host: '127.0.0.1', port: 8301 },
        httpPort: 8302,
        disconnected: false,
      },
    ]);
    expect(views[0]?.silentMs).toBeLessThan(10_000);
    hub.close();
  });

  it('tells of tasks for which there is no worker', async () => {
    await fetch(`${balancer.url}/api/tasks`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify([{ name: 'NOBODY' }, { name: 'NOBODY', priority: 5 }]),
    });
    const { tasks } = statsViewSchema.parse(await ask<StatsView>(Pattern.controlStats));
    expect(tasks.find(({ name }) => name === 'NOBODY')).toMatchObject({
      queued: 2,
      noWorker: ['no worker knows the task NOBODY'],
    });
  });

  it('gives a hub up by its session, once', async () => {
    const hub = await new ScriptedHub(balancer.hubs, {}, () => 'done').ready();
    const [view] = await ask<HubView[]>(Pattern.controlWorkers);
    const down = { session: view?.session, incarnation: view?.incarnation, reason: 'probes missed' };
    expect(await ask(Pattern.controlDown, down)).toEqual({ downed: true });
    expect(await ask(Pattern.controlDown, down)).toEqual({ downed: false });
    hub.close();
  });

  it('refuses a down that names no session', async () => {
    await expect(ask(Pattern.controlDown, { incarnation: 'x', reason: '' })).rejects.toMatchObject({
      code: 'INVALID_MESSAGE',
    });
  });
});
