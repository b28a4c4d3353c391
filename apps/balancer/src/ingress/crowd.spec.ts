import type { PeerKey } from '@penstock/keys';
import { Pattern, encodeEnvelope, type SessionId } from '@penstock/protocol';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { afterAll, describe, expect, it, onTestFinished } from 'vitest';
import { TestKeys } from '../../test/keys.js';
import { runBalancer, type RunningBalancer } from '../../test/running-balancer.js';
import { ScriptedHub } from '../../test/scripted-hub.js';
import { provenHello, Stranger } from '../../test/stranger.js';

const CROWD = 2_000;
const DEADLINE_MS = 90_000;
const crowdScript = fileURLToPath(new URL('../../../../libs/zmq/test/silent-crowd.mjs', import.meta.url));

const keys = new TestKeys();
const own = {
  attacker: keys.issue('client'),
  client: keys.issue('client'),
  worker: keys.issue('worker'),
};

afterAll(() => keys.remove());

async function start(...flags: string[]): Promise<RunningBalancer> {
  const balancer = await runBalancer(`--PENSTOCK_KEYS=${keys.balancer.folder}`, ...flags);
  const hub = await new ScriptedHub(balancer.hubs, {}, () => 'served', {}, own.worker).ready();
  onTestFinished(async () => {
    hub.close();
    await balancer.stop();
  });
  return balancer;
}

function comes({ clients }: RunningBalancer, key: PeerKey): Stranger {
  const stranger = new Stranger(clients, key.curve());
  onTestFinished(() => stranger.close());
  return stranger;
}

async function greets(stranger: Stranger, key: PeerKey): Promise<SessionId> {
  const { response } = await stranger.asks(Pattern.clientHello, provenHello('client', key));
  return (response as { session: SessionId }).session;
}

/** Many connections of a key that is admitted, which say nothing. */
async function silentCrowd({ clients }: RunningBalancer, key: PeerKey) {
  const crowd = spawn(process.execPath, [crowdScript], { stdio: ['pipe', 'pipe', 'inherit'] });
  crowd.stdin.end(JSON.stringify({ endpoint: clients, size: CROWD, ...key.curve() }));
  const exited = once(crowd, 'exit');
  const leave = async (): Promise<void> => {
    crowd.kill('SIGKILL');
    await exited;
  };
  onTestFinished(leave);
  const [line] = (await once(createInterface(crowd.stdout), 'line')) as [string];
  return { ...(JSON.parse(line) as { in: number; away: number }), leave };
}

/** Many connections of a stranger, who has no key and says nothing. */
async function halfOpenCrowd({ clients }: RunningBalancer): Promise<void> {
  const { port } = new URL(clients.replace('tcp:', 'http:'));
  const crowd: Socket[] = [];
  onTestFinished(() => crowd.forEach((socket) => socket.destroy()));
  while (crowd.length < CROWD) {
    const turn = Array.from({ length: 50 }, () => connect(Number(port), '127.0.0.1').resume());
    for (const socket of turn) socket.on('error', () => undefined);
    crowd.push(...turn);
    await Promise.all(turn.map((socket) => once(socket, 'connect')));
  }
}

async function figures({ url }: RunningBalancer): Promise<(line: string) => number> {
  const text = await (await fetch(`${url}/metrics`)).text();
  return (name) =>
    Number(
      text
        .split('\n')
        .find((line) => line.startsWith(`${name} `))
        ?.split(' ')
        .at(-1),
    );
}

/** Whether somebody honest comes in, and whether work is done. */
async function serves(balancer: RunningBalancer): Promise<void> {
  const stranger = comes(balancer, own.client);
  const session = await greets(stranger, own.client);
  expect((await stranger.asks(Pattern.clientStatus, { taskIds: [] }, session)).response).toEqual([]);
  const response = await fetch(`${balancer.url}/api/tasks?wait=10s`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ name: 'HELLO', payload: null }),
  });
  expect(await response.json()).toMatchObject({ state: 'done', result: 'served' });
}

describe('a crowd', () => {
  it(
    'that has a key and says nothing takes what one key may, and leaves the rest to others',
    async () => {
      const balancer = await start('--LB_CONNECTIONS_MAX=600', '--LB_KEY_CONNECTIONS_MAX=500');
      const crowd = await silentCrowd(balancer, own.attacker);
      expect(crowd).toMatchObject({ in: 500, away: CROWD - 500 });
      await serves(balancer);
      const figure = await figures(balancer);
      expect(figure('penstock_silent_connections{port="clients",state="silent"}')).toBe(500);
      const refused = 'penstock_refused_connections_total{port="clients",reason="key-connections"}';
      expect(figure(refused)).toBe(CROWD - 500);
      await crowd.leave();
      await expect
        .poll(async () => (await figures(balancer))('penstock_connections{port="clients"}'), {
          timeout: 20_000,
        })
        .toBeLessThan(10);
      expect((await greets(comes(balancer, own.attacker), own.attacker)).number).toBeGreaterThan(0);
    },
    DEADLINE_MS,
  );

  it(
    'without a key keeps nobody out who has one, however many connections it opens, and is gone within seconds',
    async () => {
      const balancer = await start(`--LB_CONNECTIONS_MAX=${CROWD / 10}`);
      await halfOpenCrowd(balancer);
      const open = async (): Promise<number> =>
        (await figures(balancer))('penstock_connections{port="clients"}');
      // On a slow machine the first ones are given up while the last ones come.
      await expect.poll(open).toBeGreaterThan(CROWD / 5);
      await serves(balancer);
      const failed = 'penstock_refused_connections_total{port="clients",reason="handshake"}';
      await expect.poll(async () => (await figures(balancer))(failed), { timeout: 20_000 }).toBe(CROWD);
      expect(await open()).toBe(1);
    },
    DEADLINE_MS,
  );
});

describe('connections that have said whose they are', () => {
  it('count for their key after their sessions as well, until they are gone', async () => {
    const balancer = await start('--LB_KEY_CONNECTIONS_MAX=3');
    const strangers = [1, 2, 3].map(() => comes(balancer, own.attacker));
    for (const stranger of strangers) {
      const session = await greets(stranger, own.attacker);
      stranger.say(encodeEnvelope({ pattern: Pattern.clientGoodbye, data: {} }, session));
    }
    const comesLate = (): Promise<unknown> => {
      const late = comes(balancer, own.attacker);
      return Promise.race([late.turnedAway(), greets(late, own.attacker)]);
    };
    expect(await comesLate()).toBe('KEY_REFUSED');
    await serves(balancer);
    strangers[0]?.close();
    await expect.poll(comesLate, { timeout: 20_000 }).toMatchObject({ number: expect.any(Number) as number });
  });
});
