import { execFileSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:net';
import { homedir, tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { startHub, type HubUnderTestOptions } from '../../test/hub-under-test.js';
import { plan } from '../../test/plan.js';
import { processShapes } from './confinement.js';
import { describeIsolation, imposedOn, isEnough, together, unknownFiles } from './isolation.js';

/** A task that does what it is told to. Its file tells the test's server of each import, where it can. */
const doer = (name: string, isolation = ''): string => `
  import { lookup, resolve4 } from 'node:dns/promises';
  import { execFileSync } from 'node:child_process';
  import { mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
  import { createSocket } from 'node:dgram';
  import { connect } from 'node:net';
  import { networkInterfaces, tmpdir } from 'node:os';
  import { join } from 'node:path';
  import { Worker } from 'node:worker_threads';
  import { defineTask } from '@penstock/worker';
  let written = 0;
  const connected = (port, host = '127.0.0.1') => new Promise((resolve, reject) => {
    const socket = connect(port, host, () => socket.end('${name}', () => resolve('connected')));
    socket.on('error', reject);
  });
  const deeds = {
    pid: () => process.pid,
    'read a file': ({ path }) => readFileSync(path, 'utf8'),
    'read itself': () => readFileSync(new URL(import.meta.url), 'utf8').length,
    'read /proc': () => readFileSync('/proc/self/environ', 'utf8').length,
    'write a temporary file': ({ temporary }) => writeFileSync(temporary, 'x'),
    'import later': () => import('./later.test.js').then(() => 'imported'),
    'import a part of Node.js': () => import('node:zlib').then(() => 'imported'),
    spawn: () => execFileSync('cat', ['/etc/hostname']).toString(),
    thread: () => String(new Worker('1', { eval: true }).threadId),
    connect: ({ port }) => connected(port),
    'connect to ::1': ({ port }) => connected(port, '::1'),
    fetch: ({ port }) => fetch('http://127.0.0.1:' + port),
    'send a datagram': ({ port }) => new Promise((resolve, reject) =>
      createSocket('udp4').send('x', port, '127.0.0.1', (error) => error ? reject(error) : resolve('sent'))),
    'look up a name': () => lookup('penstock.example'),
    'ask for a name': () => resolve4('penstock.example'),
    'have a program connect': ({ port }) =>
      execFileSync(process.execPath, ['-e', 'require("net").connect(' + port + ', "127.0.0.1")'], { stdio: 'pipe' }).toString(),
    'enter the network of the hub': () =>
      execFileSync('nsenter', ['--target', String(process.ppid), '--net', 'true'], { stdio: 'pipe' }).toString(),
    interfaces: () => Object.keys(networkInterfaces()),
    'kill a thing': () => { process.kill(process.pid, 'SIGTERM'); return new Promise(() => {}); },
    wait: () => new Promise(() => {}),
    spin: () => { for (;;); },
    variables: () => Object.keys(process.env),
  };
  export default defineTask({ name: '${name}', ${isolation} run: ({ deed, ...how }) => deeds[deed](how) });`;

const noNetwork = `isolation: { network: 'none' },`;
const noFiles = `isolation: { files: 'none' },`;
const neither = `isolation: { network: 'none', files: 'none' },`;

let home: string;
let secret: string;
let server: Server;
let port: number;
/** What came in at a port of this test's own. */
let heard: string[];

beforeEach(async () => {
  home = mkdtempSync(join(homedir(), '.penstock-isolation-'));
  secret = join(home, 'secret');
  writeFileSync(secret, 'the secret');
  heard = [];
  server = createServer((socket) => socket.on('data', (data) => heard.push(data.toString())));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  port = (server.address() as { port: number }).port;
});

afterEach(async () => {
  vi.unstubAllEnvs();
  rmSync(home, { recursive: true });
  await new Promise((resolve) => server.close(resolve));
});

/** A hub, and a way to have its tasks do things: each runs in the group whose turn it is. */
async function start(files: Readonly<Record<string, string>>, options: Partial<HubUnderTestOptions> = {}) {
  const started = await startHub({ files, ...options });
  const { balancer, hub } = started;
  await hub.until(() => hub.isFullyStaffed);
  const groupOf = (name: string): number => hub.table.groups.findIndex(({ tasks }) => tasks.has(name));
  const temporary = join(tmpdir(), `penstock-isolation-${process.pid}`);
  const send = (name: string, deed: string) =>
    balancer.sendOne({ name, group: groupOf(name), payload: { deed, path: secret, port, temporary } });
  const does = async (name: string, deed: string) => balancer.outcomeOf(send(name, deed));
  return { ...started, does, send, groupOf, temporary };
}

describe('a task without a network', () => {
  it('reaches nobody, in whatever way it tries, while others of its hub do', async () => {
    const { does } = await start({ 'shy.ts': doer('shy', noNetwork), 'free.ts': doer('free') });
    const ways = [
      'connect',
      'connect to ::1',
      'fetch',
      'send a datagram',
      'look up a name',
      'ask for a name',
    ];
    for (const way of ways) {
      const { status, value } = await does('shy', way);
      const message = expect.stringContaining(
        'this task has no network: its "isolation", or WKHUB_NO_NETWORK',
      ) as string;
      expect({ way, status, value }).toMatchObject({ way, status: 'failed', value: { message } });
    }
    expect((await does('shy', 'connect')).value).toMatchObject({ code: 'ENETUNREACH' });
    expect((await does('shy', 'look up a name')).value).toMatchObject({ code: 'EAI_AGAIN' });
    expect((await does('shy', 'interfaces')).value).toEqual([]);
    expect(heard).toEqual([]);
    expect((await does('free', 'connect')).value).toBe('connected');
    await vi.waitUntil(() => heard.length > 0);
    expect(heard).toEqual(['free']);
    // It is not kept from files.
    expect((await does('shy', 'read a file')).value).toBe('the secret');
  });

  it('gets none by the programs that it starts, even where its hub is root', async () => {
    const { does } = await start({ 'shy.ts': doer('shy', noNetwork), 'free.ts': doer('free') });
    const [connected, entered] = [
      await does('shy', 'have a program connect'),
      await does('shy', 'enter the network of the hub'),
    ];
    expect(connected).toMatchObject({
      status: 'failed',
      value: { message: expect.stringContaining('ENETUNREACH') as string },
    });
    expect(entered).toMatchObject({
      status: 'failed',
      value: { message: expect.stringContaining('ermi') as string },
    });
    expect(heard).toEqual([]);
  });

  it('is killed, cancelled and replaced as any other', async () => {
    const { does, send, balancer, hub } = await start({ 'shy.ts': doer('shy', noNetwork) });
    const pid = (await does('shy', 'pid')).value as number;
    // The process that the hub holds is the one that runs the task: signals, niceness and load are its own.
    expect([...hub.workforce.pids.values()]).toEqual([pid]);
    const spinning = send('shy', 'spin');
    await balancer.startOf(spinning);
    balancer.cancel(spinning);
    expect(await balancer.outcomeOf(spinning)).toMatchObject({ status: 'cancelled' });
    await vi.waitUntil(() => !isAlive(pid));
    expect((await does('shy', 'interfaces')).value).toEqual([]);
    const dying = send('shy', 'kill a thing');
    const lost = (await balancer.eventOf('hub.lost')) as { reason: string };
    expect(lost).toMatchObject({
      leases: [balancer.lease(dying)],
      reason: expect.stringContaining('SIGTERM') as string,
    });
    expect((await does('shy', 'connect')).value).toMatchObject({ code: 'ENETUNREACH' });
  });

  it('is not run where that cannot be had, and its file says why; the others are', async () => {
    vi.stubEnv('PATH', '/nowhere');
    const { does, lines, hub } = await start({ 'shy.ts': doer('shy', noNetwork), 'free.ts': doer('free') });
    await lines.find(({ message }) =>
      /TASK FILE shy\.ts IS BROKEN.*without a network.*unshare.*WKHUB_NETNS=false/.test(message),
    );
    expect((await does('free', 'connect')).value).toBe('connected');
    expect(hub.hubGroups.map(({ tasks }) => tasks)).toEqual([['free']]);
  });

  it('has that of its hub where whoever runs it keeps all of it from the network', async () => {
    vi.stubEnv('PATH', '/nowhere');
    const { does, lines } = await start({ 'shy.ts': doer('shy', noNetwork) }, { hasOwnNetworks: false });
    await lines.find(({ message }) => message.includes('HAVE THAT OF THIS HUB, AS WKHUB_NETNS=false SAYS'));
    expect((await does('shy', 'connect')).value).toBe('connected');
  });
});

describe('a task without files', () => {
  it('reads and writes none, and starts nothing, while others of its hub do', async () => {
    const { does, temporary } = await start({
      'shy.ts': doer('shy', noFiles),
      'free.ts': doer('free'),
      'later.test.js': '',
    });
    const ways = [
      'read a file',
      'read itself',
      'read /proc',
      'write a temporary file',
      'import later',
      'spawn',
      'thread',
    ];
    for (const way of ways) {
      const { status, value } = await does('shy', way);
      const message = expect.stringContaining(
        'this task has no files: its "isolation", or WKHUB_NO_FILES',
      ) as string;
      expect({ way, status, value }).toMatchObject({
        way,
        status: 'failed',
        value: { code: 'ERR_ACCESS_DENIED', message },
      });
    }
    expect(existsSync(temporary)).toBe(false);
    expect((await does('shy', 'import a part of Node.js')).value).toBe('imported');
    expect((await does('free', 'read a file')).value).toBe('the secret');
    // It is not kept from the network.
    expect((await does('shy', 'connect')).value).toBe('connected');
  });

  it('has what it needs to know its way about, and no other variable', async () => {
    vi.stubEnv('SOME_PASSWORD', 'x');
    const { does } = await start({ 'shy.ts': doer('shy', noFiles), 'free.ts': doer('free') });
    expect((await does('free', 'variables')).value).toContain('SOME_PASSWORD');
    expect((await does('shy', 'variables')).value).not.toContain('SOME_PASSWORD');
  });

  it('gets nothing of what its hub allows others', async () => {
    const free = { read: [home], write: [home], allow: ['child-process'], variables: [] } as const;
    const { does } = await start(
      { 'shy.ts': doer('shy', noFiles), 'free.ts': doer('free') },
      { confinement: free },
    );
    for (const way of ['read a file', 'write a temporary file', 'spawn']) {
      expect({ way, outcome: await does('shy', way) }).toMatchObject({
        way,
        outcome: { value: { code: 'ERR_ACCESS_DENIED' } },
      });
    }
    expect((await does('free', 'read a file')).value).toBe('the secret');
  });

  it('that needs a file when it is imported is told so, and hurts only itself', async () => {
    const reading = `import { readFileSync } from 'node:fs'; readFileSync(${JSON.stringify('/etc/hostname')});
      export default { name: 'shy', isolation: { files: 'none' }, run() {} };`;
    const { lines, does } = await start({ 'shy.ts': reading, 'free.ts': doer('free') });
    await lines.find(({ message }) => /TASK FILE shy\.ts IS BROKEN.*restricted/.test(message));
    expect((await does('free', 'pid')).status).toBe('done');
  });
});

describe('files that are isolated whatever they say', () => {
  /** As it is imported it tries to reach the test's server, and to write; and it says nothing of being isolated. */
  const hostile = (name: string): string => `
    import * as fs from 'node:fs';
    import * as net from 'node:net';
    try { fs.writeFileSync(${JSON.stringify(join(tmpdir(), `penstock-hostile-${process.pid}`))}, 'x'); } catch {}
    await new Promise((resolve) => net.connect(PORT, '127.0.0.1', function () { this.end('hostile', resolve); }).on('error', resolve));
    ${doer(name)}`;
  const mark = join(tmpdir(), `penstock-hostile-${process.pid}`);

  it('are so from their first import on, in every process', async () => {
    const files = {
      'hostile.ts': hostile('hostile').replaceAll('PORT', String(port)),
      'free.ts': doer('free'),
    };
    const imposed = { network: ['hostile.ts'], files: ['hostile.ts'] };
    const { does, lines } = await start(files, { imposed });
    await lines.find(({ message }) => message === 'HUB - TASKS: free, hostile (no network, no files)');
    expect((await does('hostile', 'connect')).value).toMatchObject({ code: 'ENETUNREACH' });
    expect((await does('hostile', 'read a file')).value).toMatchObject({ code: 'ERR_ACCESS_DENIED' });
    expect((await does('free', 'connect')).value).toBe('connected');
    await vi.waitUntil(() => heard.length > 0);
    expect(heard).toEqual(['free']);
    expect(existsSync(mark)).toBe(false);
  });

  it('would have reached the network and the disk otherwise', async () => {
    const { does } = await start({ 'hostile.ts': hostile('hostile').replaceAll('PORT', String(port)) });
    await does('hostile', 'pid');
    await vi.waitUntil(() => heard.includes('hostile'));
    expect(readFileSync(mark, 'utf8')).toBe('x');
    rmSync(mark);
  });

  it('do not get the tasks of others by calling theirs the same', async () => {
    const files = {
      'a-hostile.ts': doer('HELLO'),
      'hello.ts': `export default { name: 'HELLO', run: () => 'hello' };`,
    };
    const { does, lines } = await start(files, { imposed: { network: ['a-hostile.ts'], files: [] } });
    await lines.find(({ message }) =>
      message.includes(
        'TASK FILE a-hostile.ts IS BROKEN, SKIPPING IT: the task HELLO is defined in hello.ts already',
      ),
    );
    expect((await does('HELLO', 'pid')).value).toBe('hello');
  });

  it('are all there are, by *, those that come later as well', async () => {
    const { does, folder, running, hub } = await start(
      { 'one.ts': doer('one') },
      { imposed: { network: ['*'], files: [] }, groups: [plan({ slots: 2 })] },
    );
    expect(hub.table.groups.map(({ isolation }) => isolation)).toEqual([{ network: 'none' }]);
    writeFileSync(join(folder, 'two.ts'), doer('two'));
    await running.reload();
    expect((await does('one', 'connect')).value).toMatchObject({ code: 'ENETUNREACH' });
    expect((await does('two', 'connect')).value).toMatchObject({ code: 'ENETUNREACH' });
    expect(heard).toEqual([]);
  });

  it('keep a hub from starting where they cannot be', async () => {
    vi.stubEnv('PATH', '/nowhere');
    await expect(
      start({ 'one.ts': doer('one') }, { imposed: { network: ['*'], files: [] } }),
    ).rejects.toThrow(
      expect.objectContaining({
        name: 'IsolationError',
        message: expect.stringMatching(/WKHUB_NO_NETWORK .* unshare .*WKHUB_NETNS=false/s) as string,
      }),
    );
  });

  it('keep a hub from starting where they are not there, as when tasks are named', async () => {
    await expect(
      start({ 'one.ts': doer('one') }, { imposed: { network: [], files: ['one', 'one.ts'] } }),
    ).rejects.toThrow(/"one" of WKHUB_NO_NETWORK or WKHUB_NO_FILES is no task file .*there are one\.ts/);
  });
});

describe('a hub with tasks that are isolated differently', () => {
  const files = {
    'free.ts': doer('free'),
    'shy.ts': doer('shy', noNetwork),
    'shyer.ts': doer('shyer', neither),
  };

  it('has for each of its groups as many workers as are asked for, for each isolation', async () => {
    const groups = [plan({ slots: 2 }), plan({ name: 'high', minPriority: 9, tasks: ['shy'] })];
    const { hub, does, lines } = await start(files, { groups });
    expect(hub.hubGroups.map(({ tasks, slots, minPriority }) => [tasks, slots, minPriority])).toEqual([
      [['free'], 2, null],
      [['shy'], 2, null],
      [['shyer'], 2, null],
      [['shy'], 1, 9],
    ]);
    const pids = await Promise.all(
      ['free', 'shy', 'shyer'].map(async (name) => (await does(name, 'pid')).value),
    );
    expect(new Set(pids).size).toBe(3);
    expect(lines.all.map(({ message }) => message)).toContain(
      'HUB - GROUP group-1: 2 workers, any priority, no network, no files',
    );
  });

  it('runs an isolated task nowhere else, whoever asks for it', async () => {
    const { balancer } = await start(files);
    const strayed = balancer.sendOne({ name: 'shy', group: 0, payload: { deed: 'connect', port } });
    expect(await balancer.eventOf('hub.returned')).toMatchObject({ leases: [balancer.lease(strayed)] });
  });

  it('takes up what comes to ask for isolation while it runs', async () => {
    const { folder, running, does, groupOf } = await start({ 'one.ts': doer('one'), 'two.ts': doer('two') });
    expect((await does('one', 'connect')).value).toBe('connected');
    writeFileSync(join(folder, 'one.ts'), doer('one', noNetwork));
    await running.reload();
    expect([groupOf('two'), groupOf('one')]).toEqual([0, 1]);
    expect((await does('one', 'connect')).value).toMatchObject({ code: 'ENETUNREACH' });
    expect((await does('two', 'connect')).value).toBe('connected');
    writeFileSync(join(folder, 'one.ts'), doer('one'));
    await running.reload();
    expect(groupOf('one')).toBe(0);
    expect((await does('one', 'connect')).value).toBe('connected');
  });

  it('hands nothing to a worker whose file has come to ask for more than it has', async () => {
    const { folder, hub, balancer, does } = await start({ 'one.ts': doer('one') });
    const pid = (await does('one', 'pid')).value as number;
    writeFileSync(join(folder, 'one.ts'), doer('one', noNetwork));
    // No reload: the worker that follows imports the file as it is now.
    process.kill(pid, 'SIGKILL');
    await hub.until(() => hub.workforce.pids.size === 1 && ![...hub.workforce.pids.values()].includes(pid));
    await hub.until(() => hub.isFullyStaffed);
    const strayed = balancer.sendOne({ name: 'one', payload: { deed: 'connect', port } });
    expect(await balancer.eventOf('hub.returned')).toMatchObject({ leases: [balancer.lease(strayed)] });
    expect(heard).toEqual([]);
  });

  it('does not run it in an inline group', async () => {
    const { lines, hub } = await start(files, { groups: [plan({ kind: 'inline', slots: 2 })] });
    await lines.find(({ message }) => /TASK FILE shy\.ts IS BROKEN.*inline: true/.test(message));
    expect(hub.hubGroups.map(({ tasks }) => tasks)).toEqual([['free']]);
  });

  it('has no process between itself and an isolated worker', () => {
    const shape = processShapes({ folder: '/nowhere' })({ network: 'none' });
    expect(shape.launcher[0]).toBe('unshare');
    const [command = '', ...flags] = shape.launcher;
    const text = execFileSync(command, [...flags, process.execPath, '-p', 'process.ppid']).toString();
    expect(Number(text)).toBe(process.pid);
  });
});

describe('isolation', () => {
  it('is that of a file by its name, or of all', () => {
    const imposed = { network: ['a.ts'], files: ['*'] };
    expect(imposedOn('a.ts', imposed)).toEqual({ network: 'none', files: 'none' });
    expect(imposedOn('b.ts', imposed)).toEqual({ files: 'none' });
    expect(unknownFiles(imposed, ['b.ts'])).toEqual(['a.ts']);
  });

  it('is enough where nothing more is asked for', () => {
    expect(isEnough({ network: 'none' }, {})).toBe(true);
    expect(isEnough({ network: 'none' }, { files: 'none' })).toBe(false);
    expect(together({ network: 'none' }, { files: 'none' })).toEqual({ network: 'none', files: 'none' });
    expect(describeIsolation({})).toBe('');
  });
});

function isAlive(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
}
