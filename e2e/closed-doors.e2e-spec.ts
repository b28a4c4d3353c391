import { TaskClient } from '@penstock/client';
import type { HealthVerdict, HubView } from '@penstock/protocol';
import { DealerSocket } from '@penstock/zmq';
import { once } from 'node:events';
import { mkdir, mkdtemp, readFile, rm } from 'node:fs/promises';
import { connect, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished, vi } from 'vitest';
import { runCommand } from './support/cli.js';
import { clusterForTest } from './support/cluster-for-test.js';
import type { Cluster } from './support/cluster.js';
import { freeClusterPorts } from './support/ports.js';
import { startProgram } from './support/program.js';

const JOHN = { firstName: 'John', lastName: 'Doe' };
const SILENT = 2_000;

/** Keys that the command has made. */
async function madeKeys() {
  const folder = await mkdtemp(join(tmpdir(), 'penstock-keys-'));
  onTestFinished(() => rm(folder, { recursive: true, force: true }));
  const ports = await freeClusterPorts();
  expect(await runCommand(ports, ['keys', 'init', folder])).toMatchObject({ code: 0, stderr: '' });
  const keys = join(folder, 'balancer');
  const temporary = join(folder, 'tmp');
  await mkdir(temporary);
  return {
    keys,
    /** For a hub, whose handlers may read the folder for temporary files: its key must not lie in there. */
    hub: { PENSTOCK_KEY: join(folder, 'worker', 'peer.key'), TMPDIR: temporary },
    fileOf: (part: string): string => join(folder, part, 'peer.key'),
    command: (...args: string[]) => runCommand(ports, ['keys', ...args, '--keys', keys]),
  };
}

/** How somebody fares who comes to a port with nothing in hand. */
function stranger(port: number): Promise<string> {
  const { promise, resolve } = Promise.withResolvers<string>();
  const socket = new DealerSocket({
    endpoint: `tcp://127.0.0.1:${port}`,
    onMessage: () => resolve('answered'),
    onConnected: () => resolve('let in'),
    onRefused: ({ code }) => resolve(code),
    onError: (error) => resolve(String(error)),
  });
  onTestFinished(() => socket.close());
  socket.connect();
  return promise;
}

async function metrics(cluster: Cluster): Promise<string> {
  return (await fetch(`${cluster.url}/metrics`)).text();
}

describe('a cluster with keys', () => {
  it('works for those who have one, looks after its hubs, and lets nobody else in', async () => {
    const { keys, hub: ofHub, fileOf, command } = await madeKeys();
    const cluster = await clusterForTest({
      hubs: 0,
      parameters: { PENSTOCK_KEYS: keys, HC_INTERVAL: '300ms', HC_TIMEOUT: '250ms' },
    });
    await cluster.addHub(ofHub);
    await cluster.addHealthCheck({ PENSTOCK_KEY: fileOf('health') });
    const submit = ['submit', 'HELLO', JSON.stringify(JOHN), '--wait'];
    const withKey = (part: string) => ['--penstock-key', fileOf(part)];

    // Who has a key.
    expect(await runCommand(cluster.ports, [...submit, ...withKey('client')])).toEqual({
      code: 0,
      stdout: 'Hello John Doe !\n',
      stderr: '',
    });
    expect(await runCommand(cluster.ports, ['check', ...withKey('admin')])).toMatchObject({ code: 0 });
    await vi.waitFor(
      async () => {
        const { components }: HealthVerdict = await cluster.verdict();
        expect(components.map(({ kind, state }) => [kind, state])).toEqual([
          ['balancer', 'up'],
          ['hub', 'up'],
        ]);
      },
      { timeout: 30_000, interval: 100 },
    );

    // Who has none, or one of another role.
    expect(await runCommand(cluster.ports, submit)).toMatchObject({
      code: 4,
      stderr: expect.stringContaining('--penstock-key'),
    });
    expect(await runCommand(cluster.ports, [...submit, ...withKey('worker')])).toMatchObject({
      code: 4,
      stderr: expect.stringContaining('does not admit this key'),
    });
    const [hub] = ((await cluster.request('/api/workers')).body as { hubs: HubView[] }).hubs;
    expect(await stranger(hub?.probe?.port ?? 0)).toBe('KEY_REFUSED');
    const text = await metrics(cluster);
    expect(text).toMatch(/penstock_refused_connections_total\{port="clients",reason="handshake"\} [1-9]/);
    expect(text).toMatch(/penstock_refused_connections_total\{port="clients",reason="role"\} [1-9]/);

    // Whose key is taken back.
    const path = join(keys, '..', 'web.key');
    expect(await command('new', 'web', '--role', 'client', '--tasks', 'HELLO', '--out', path)).toMatchObject({
      code: 0,
    });
    const warnings: string[] = [];
    const client = new TaskClient({
      port: cluster.ports.client,
      key: path,
      onWarning: ({ message }) => void warnings.push(message),
    });
    onTestFinished(() => client.close());
    await client.ready(10_000);
    expect(await client.submit<never>('HELLO', JOHN as never).result()).toBe('Hello John Doe !');
    await expect(client.submit<never>('sleep', { ms: 1 } as never).result()).rejects.toMatchObject({
      code: 'FORBIDDEN',
    });
    expect(await command('revoke', 'web')).toMatchObject({ code: 0 });
    await vi.waitFor(
      () => {
        // It waits, as for any balancer that is away, and is told why.
        client.submit<never>('HELLO', JOHN as never);
        expect(warnings.join()).toContain('does not admit this key');
      },
      { timeout: 30_000, interval: 500 },
    );

    // No secret has been said.
    const { secretKey } = JSON.parse(await readFile(fileOf('worker'), 'utf8')) as { secretKey: string };
    expect(cluster.log()).not.toContain(secretKey);
  });

  it('goes on serving while thousands of connections say nothing', async () => {
    const { keys, hub, fileOf } = await madeKeys();
    const cluster = await clusterForTest({ hubs: 0, parameters: { PENSTOCK_KEYS: keys } });
    await cluster.addHub(hub);
    const silent: Socket[] = [];
    onTestFinished(() => silent.forEach((socket) => socket.destroy()));
    while (silent.length < SILENT) {
      const sockets = Array.from({ length: 100 }, () => connect(cluster.ports.client, '127.0.0.1').resume());
      for (const socket of sockets) socket.on('error', () => undefined);
      silent.push(...sockets);
      await Promise.all(sockets.map((socket) => once(socket, 'connect')));
    }
    const client = new TaskClient({ port: cluster.ports.client, key: fileOf('client') });
    onTestFinished(() => client.close());
    expect(await client.submit<never>('HELLO', JOHN as never).result()).toBe('Hello John Doe !');
    const given = new RegExp(
      `penstock_refused_connections_total\\{port="clients",reason="handshake"\\} ${SILENT}`,
    );
    await vi.waitFor(async () => expect(await metrics(cluster)).toMatch(given), {
      timeout: 60_000,
      interval: 200,
    });
    expect(await client.submit<never>('HELLO', JOHN as never).result()).toBe('Hello John Doe !');
  });
});

describe('penstock keys', () => {
  it('makes, lists, rotates and takes back keys, and says what it does not do', async () => {
    const { keys, command } = await madeKeys();
    const out = ['--out', join(keys, '..', 'web.key')];
    expect(await command('new', 'web', '--role', 'client', '--users', 'mary,john', ...out)).toMatchObject({
      code: 0,
    });
    const again = await command('new', 'web', '--role', 'client', ...out);
    expect(again).toMatchObject({ code: 1, stderr: expect.stringContaining('penstock keys rotate web') });
    const first = await readFile(join(keys, '..', 'web.key'), 'utf8');
    expect(await command('rotate', 'web', '--overlap', '1h', ...out)).toMatchObject({ code: 0 });
    expect(await readFile(join(keys, '..', 'web.key'), 'utf8')).not.toBe(first);
    const list = async (): Promise<{ name: string; users?: string[]; expires?: string }[]> =>
      JSON.parse((await command('list', '--json')).stdout) as { name: string }[];
    const [old, fresh] = (await list()).filter(({ name }) => name === 'web');
    expect(Date.parse(old?.expires ?? '')).toBeGreaterThan(Date.now());
    expect(fresh).toMatchObject({ users: ['mary', 'john'] });
    expect(fresh?.expires).toBeUndefined();
    expect(await command('revoke', 'web')).toMatchObject({ code: 0 });
    expect((await list()).map(({ name }) => name)).toEqual(['worker', 'health', 'client', 'admin']);
    expect(await command('revoke', 'web')).toMatchObject({
      code: 1,
      stderr: expect.stringContaining('no key "web"'),
    });
  });
});

describe('a balancer that others could reach', () => {
  it('does not start without keys, and says what to do', async () => {
    const program = startProgram('balancer', '@penstock/balancer', {
      LB_BIND: '0.0.0.0',
      PENSTOCK_DATA: 'none',
    });
    expect(await program.exited).toMatchObject({ code: 78 });
    expect(program.lines.join('\n')).toMatch(/penstock keys init.*PENSTOCK_KEYS.*--insecure/);
  });
});
