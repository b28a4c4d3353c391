import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it, onTestFinished, vi } from 'vitest';
import { startCommand, runCommand } from './support/cli.js';
import { clusterForTest } from './support/cluster-for-test.js';
import { startCluster, type Cluster } from './support/cluster.js';
import { freeClusterPorts } from './support/ports.js';
import { taskFolder, taskSource } from './support/task-folder.js';

const JOHN = '{"firstName":"John","lastName":"Doe"}';
/** Commands are processes, and take their time to start on a machine that has other things to do. */
const SOON_MS = 20_000;
const UNKNOWN = '019ab2c4-5d6e-7abc-8def-0123456789ab';
const unreachable = { code: 3, stdout: '', stderr: expect.stringMatching(/penstock up.*npm start/) };

describe('penstock on a cluster that runs', () => {
  let cluster: Cluster;
  const penstock = (args: readonly string[], input?: string) => runCommand(cluster.ports, args, input);
  const json = async (args: readonly string[], input?: string): Promise<unknown> => {
    const { stdout } = await penstock([...args, '--json'], input);
    return JSON.parse(stdout);
  };

  beforeAll(async () => {
    cluster = await startCluster();
    await cluster.addHealthCheck();
  });
  afterAll(() => cluster.stop());

  it('hands in a task, waits for it and prints its result', async () => {
    expect(await penstock(['submit', 'HELLO', JOHN, '--wait'])).toEqual({
      code: 0,
      stdout: 'Hello John Doe !\n',
      stderr: '',
    });
  });

  it('reads a payload from the standard input, and prints JSON', async () => {
    expect(await json(['submit', 'HELLO', '-', '--wait'], JOHN)).toMatchObject({
      state: 'done',
      result: 'Hello John Doe !',
      attempt: 1,
    });
  });

  it('gives an id, by which a task is found, shown and cancelled', async () => {
    const { stdout } = await penstock([
      'submit',
      'sleep',
      '{"ms":60000}',
      '--user',
      'mary',
      '--priority',
      '2',
    ]);
    const id = stdout.trim();
    await vi.waitFor(async () => {
      expect(await json(['get', id])).toMatchObject({ state: 'running', userId: 'mary', priority: 2 });
    }, SOON_MS);
    const late = await penstock(['get', id, '--wait', '--timeout', '10ms']);
    expect(late).toMatchObject({ code: 124, stdout: expect.stringContaining('running') });
    expect(await penstock(['cancel', id])).toMatchObject({
      code: 0,
      stdout: `${id} runs; its worker was told to end it\n`,
    });
    const ended = await penstock(['get', id, '--wait']);
    expect(ended).toMatchObject({ code: 1, stdout: expect.stringMatching(/^state +cancelled$/m) });
  });

  it('fails with the task, and says why', async () => {
    const { code, stdout, stderr } = await penstock(['submit', 'sha256', '{"path":"/no/file"}', '--wait']);
    expect({ code, stdout }).toEqual({ code: 1, stdout: '' });
    expect(stderr).toMatch(/^task sha256 \(.*\) failed: Error: ENOENT/);
  });

  it('says why a task waits, and how to come back to it when the time is over', async () => {
    const { code, stderr } = await penstock(['submit', 'nobody', '--wait', '--timeout', '4s']);
    expect(code).toBe(124);
    expect(stderr).toMatch(/^nobody waits: no worker knows the task nobody\n.*penstock get .* --wait/);
    const [, id = ''] = /penstock cancel (\S+)"/.exec(stderr) ?? [];
    expect((await penstock(['cancel', id])).stdout).toBe(`${id} was queued, and is cancelled\n`);
  });

  it('runs a task for each file', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'penstock-map-'));
    onTestFinished(() => rm(folder, { recursive: true, force: true }));
    const files = ['a.txt', 'b.txt', 'c.txt'].map((name) => join(folder, name));
    for (const [index, file] of files.entries()) await writeFile(file, 'word '.repeat(index + 1));
    const table = await penstock(['map', 'wordcount', ...files]);
    expect(table).toMatchObject({ code: 0, stderr: expect.stringMatching(/wordcount 3\/3 \| 100 %\n$/) });
    const lines = table.stdout.trimEnd().split('\n');
    expect(lines[0]).toMatch(/^FILE +STATE +RESULT +RAN +WORKER$/);
    expect(lines.slice(1, 4).map((line) => line.split(/ {2,}/).slice(0, 2))).toEqual(
      files.map((file) => [file, 'done']),
    );
    expect(lines[4]).toMatch(/^3 done, 0 failed, in /);

    const { stdout } = await penstock(['map', 'wordcount', '-', '--json'], files.join('\n'));
    const results = stdout
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line) as { file: string; result: { words: number } })
      .toSorted((a, b) => a.file.localeCompare(b.file));
    expect(results.map(({ file, result }) => [file, result.words])).toEqual(
      files.map((file, index) => [file, index + 1]),
    );
  });

  it('gives tasks the content of files where that is asked for', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'penstock-map-'));
    onTestFinished(() => rm(folder, { recursive: true, force: true }));
    const file = join(folder, 'john.json');
    await writeFile(file, JOHN);
    expect(await json(['map', 'HELLO', file, '--send', 'json'])).toMatchObject({
      result: 'Hello John Doe !',
    });
  });

  it('fails when a file has failed, and hands in nothing when one is missing', async () => {
    const failed = await penstock(['map', 'primes', import.meta.filename, '--send', 'bytes', '--json']);
    expect(failed).toMatchObject({ code: 1, stdout: expect.stringContaining('"state":"failed"') });
    expect(await penstock(['map', 'HELLO', 'no-such-file'])).toEqual({
      code: 2,
      stdout: '',
      stderr: 'no file no-such-file: no task was handed in\n',
    });
  });

  it('shows workers, figures and one picture of what happens', async () => {
    const { body } = await cluster.request('/api/workers');
    const { hubs } = body as { hubs: { groups: { workers: { name: string }[] }[] }[] };
    const names = hubs.flatMap(({ groups }) =>
      groups.flatMap(({ workers }) => workers.map(({ name }) => name)),
    );
    const workers = await penstock(['workers']);
    expect(
      workers.stdout
        .trimEnd()
        .split('\n')
        .slice(1)
        .map((line) => line.split(' ')[0]),
    ).toEqual(names);
    expect(await json(['workers'])).toMatchObject(
      hubs.map(({ groups }) => ({ groups: groups.map(() => ({})) })),
    );
    const stats = await penstock(['stats']);
    expect(stats.stdout).toMatch(/^\d+ queued, \d+ running/);
    expect(await json(['stats'])).toMatchObject({ hubs: 1, tasks: expect.any(Array) });
    const top = await penstock(['top']);
    expect(top).toMatchObject({ code: 0, stdout: expect.stringMatching(/^Penstock, up for .* queued/) });
  });

  it('shows the figures as JSON, second by second', async () => {
    const top = startCommand(cluster.ports, ['top', '--json']);
    await vi.waitFor(() => expect(top.said.stdout.split('\n').length).toBeGreaterThan(2), 10_000);
    top.child.kill('SIGINT');
    expect((await top.ended).code).toBe(0);
    expect(JSON.parse(top.said.stdout.split('\n')[1] ?? '')).toMatchObject({
      stats: { hubs: 1 },
      hubs: [{ name: 'hub-1' }],
    });
  });

  it('says whether all is well, and whether a balancer answers', async () => {
    await vi.waitFor(async () => {
      expect(await penstock(['health'])).toMatchObject({
        code: 0,
        stdout: expect.stringMatching(/^all well\n/),
      });
    }, SOON_MS);
    expect(await json(['health'])).toMatchObject({ status: 'ok' });
    const { code, stdout } = await penstock(['check']);
    expect(code).toBe(0);
    expect(stdout).toContain(`pid ${cluster.balancer.pid}, up for`);
    expect(await json(['check'])).toMatchObject({ pid: cluster.balancer.pid, version: expect.any(String) });
  });

  it.each([
    [['submit'], /missing required argument 'name'/],
    [['submit', 'HELLO', '{bad'], /^the payload \{bad is not JSON/],
    [['submit', 'HELLO', '--priority', 'high'], /Expected a number/],
    [['submit', 'HELLO', '--timeout', 'soon'], /Expected a duration/],
    [['submit', ''], /name/],
    [['sbmit'], /Did you mean submit/],
    [['map', 'HELLO', '.', '--concurrency', '0'], /Expected a whole number/],
  ])('says what is wrong with %j', async (args, message) => {
    const { code, stdout, stderr } = await penstock(args);
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
    expect(stderr).toMatch(message);
  });

  it.each([
    [['get', UNKNOWN], 4],
    [['cancel', UNKNOWN], 4],
    [['stats', '--lb-httpport', 'abc'], 78],
  ])('has an exit code for %j', async (args, code) => {
    expect((await penstock(args)).code).toBe(code);
  });
});

describe('penstock where nothing runs', () => {
  it.each([
    [['submit', 'HELLO']],
    [['map', 'HELLO', '.']],
    [['get', UNKNOWN]],
    [['cancel', UNKNOWN]],
    [['workers']],
    [['stats']],
    [['top']],
    [['top', '--json']],
    [['health']],
    [['check']],
  ])('says what to do: %j', async (args) => {
    expect(await runCommand(await freeClusterPorts(), args)).toEqual(unreachable);
  });
});

describe('a command that is ended', () => {
  it('leaves the task that it waits for to itself, and says so', async () => {
    const cluster = await clusterForTest();
    const { child, ended } = startCommand(cluster.ports, ['submit', 'sleep', '{"ms":60000}', '--wait']);
    await vi.waitFor(async () => {
      expect((await cluster.request('/api/stats')).body).toMatchObject({ running: 1 });
    }, SOON_MS);
    child.kill('SIGINT');
    const { code, stderr } = await ended;
    expect(code).toBe(130);
    // With a disk that is slow it runs before it is acknowledged, and is told to be on its way.
    const [, id = ''] =
      /^task sleep (?:goes on, it is not waited for any longer|was sent and is not acknowledged yet): "penstock get (\S+) --wait"/.exec(
        stderr,
      ) ?? [];
    expect((await cluster.request(`/api/tasks/${id}`)).body).toMatchObject({ state: 'running' });
    await cluster.request(`/api/tasks/${id}`, { method: 'DELETE' });
  });

  it('cancels what a map has not done', async () => {
    const forever =
      'async (_payload, { signal }) => new Promise((_, reject) => signal.onabort = () => reject(signal.reason))';
    const cluster = await clusterForTest({
      tasks: await taskFolder({ 'forever.ts': taskSource('FOREVER', forever) }),
    });
    const { child, ended } = startCommand(cluster.ports, ['map', 'FOREVER', '.', '.', '.']);
    await vi.waitFor(async () => {
      expect((await cluster.request('/api/tasks')).body).toMatchObject({ tasks: [{}, {}, {}] });
    }, SOON_MS);
    child.kill('SIGINT');
    expect(await ended).toMatchObject({ code: 130, stderr: 'stopped: 0 have ended, 3 are cancelled\n' });
    await vi.waitFor(async () => {
      const { tasks } = (await cluster.request('/api/tasks')).body as { tasks: { state: string }[] };
      expect(tasks.map(({ state }) => state)).toEqual(['cancelled', 'cancelled', 'cancelled']);
    }, SOON_MS);
  });

  it('is not wedged when nobody reads what it prints', async () => {
    const cluster = await clusterForTest();
    const { child } = startCommand(cluster.ports, ['top', '--json']);
    child.stdout.destroy();
    expect(await once(child, 'exit')).toEqual([1, null]);
  });
});
