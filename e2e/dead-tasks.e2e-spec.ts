import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { runCommand } from './support/cli.js';
import { startCluster, type Cluster } from './support/cluster.js';
import { taskSource } from './support/task-folder.js';

/** Fails as long as its file is not there. */
const sometimes = `async ({ file }) => {
  const { existsSync } = await import('node:fs');
  if (!existsSync(file)) throw new Error('not yet');
  return 'now';
}`;

interface Dead {
  readonly taskId: string;
  readonly name: string;
  readonly state: string;
  readonly cause?: string;
}

describe('penstock on tasks that go wrong', () => {
  let cluster: Cluster;
  let folder: string;
  const penstock = (args: readonly string[], input?: string) => runCommand(cluster.ports, args, input);
  const json = async (args: readonly string[]): Promise<unknown> =>
    JSON.parse((await penstock([...args, '--json'])).stdout);
  /** Hands in a task that fails, and gives its id once it has. */
  const fail = async (file: string, ...flags: string[]): Promise<string> => {
    const args = ['submit', 'SOMETIMES', JSON.stringify({ file }), '--wait', '--json', ...flags];
    const { code, stdout } = await penstock(args);
    expect(code).toBe(1);
    return (JSON.parse(stdout) as { taskId: string }).taskId;
  };

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'penstock-dead-'));
    await writeFile(join(folder, 'sometimes.ts'), taskSource('SOMETIMES', sometimes));
    cluster = await startCluster({ tasks: folder });
  });
  afterAll(async () => {
    await cluster.stop();
    await rm(folder, { recursive: true, force: true });
  });

  it('hands in rules, and shows the whole history of the task in 80 columns', async () => {
    const id = await fail(
      join(folder, 'never'),
      ...['--max-attempts', '3', '--backoff', 'fixed:20ms', '--attempt-timeout', '10s', '--deadline', '1h'],
    );
    const { code, stdout } = await penstock(['get', id]);
    expect(code).toBe(0);
    expect(stdout).toMatch(/^state +failed$/m);
    expect(stdout).toMatch(/^because +that was the last of its attempts$/m);
    expect(stdout).toMatch(/^failures +3$/m);
    expect(stdout).toMatch(/^kept +on disk$/m);
    expect(stdout).toMatch(
      /^history +accepted$[^]*#1 +failed on \S+$\n +Error: not yet$[^]*#2 +dispatched to hub-1$[^]*#3 +failed on .*$/m,
    );
    const [fields = ''] = stdout.split(/^error /m);
    expect(Math.max(...fields.split('\n').map((line) => line.length))).toBeLessThanOrEqual(80);
    expect(await json(['get', id])).toMatchObject({ failures: 3, history: expect.any(Array) });
  });

  it('holds a task back until its time has come', async () => {
    const args = ['submit', 'SOMETIMES', '{}', '--run-at', '2099-01-01T00:00:00Z', '--durability', 'memory'];
    const submitted = (await json(args)) as { taskId: string };
    expect(submitted).toMatchObject({ durability: 'memory', known: false });
    const { stdout } = await penstock(['get', submitted.taskId]);
    expect(stdout).toMatch(/^state +delayed$/m);
    expect(stdout).toMatch(/^waits +not before 20(98-12-31|99-01-01)T/m);
    expect((await penstock(['cancel', submitted.taskId])).code).toBe(0);
  });

  it('takes the same key for the same task', async () => {
    const args = ['submit', 'SOMETIMES', '{}', '--key', 'one of a kind', '--delay', '1h'];
    const first = (await json(args)) as { taskId: string };
    expect(await json(args)).toEqual({ taskId: first.taskId, durability: 'disk', known: true });
    await penstock(['cancel', first.taskId]);
  });

  it('lists dead tasks and why they are, and runs them again by id, with changes, and all at once', async () => {
    const [one, two, three] = await Promise.all([
      fail(join(folder, 'no')),
      fail(join(folder, 'there'), '--user', 'mary'),
      fail(join(folder, 'there'), '--user', 'mary', '--max-attempts', '2', '--backoff', 'fixed:1ms'),
    ]);
    const dead = (await json(['dead', '--user', 'mary'])) as Dead[];
    expect(dead.map(({ taskId }) => taskId).toSorted()).toEqual([two, three].toSorted());
    const { code, stdout } = await penstock(['dead', '--state', 'failed', '--name', 'SOMETIMES']);
    expect(code).toBe(0);
    expect(stdout).toMatch(/^TASK ID +TASK +WHY +AGO$/m);
    expect(stdout).toMatch(new RegExp(`^${one} +SOMETIMES +failed +\\d`, 'm'));
    expect(stdout).toMatch(new RegExp(`^${three} +SOMETIMES +attempts-exhausted +\\d`, 'm'));
    expect(Math.max(...stdout.split('\n').map((line) => line.length))).toBeLessThanOrEqual(80);
    expect((await penstock(['dead', '--user', 'nobody'])).stderr).toBe('No task that is known is dead.\n');

    await writeFile(join(folder, 'there'), '');
    const payload = JSON.stringify({ file: join(folder, 'there') });
    expect(await penstock(['rerun', one, '--payload', '-', '--priority', '3'], payload)).toEqual({
      code: 0,
      stdout: expect.stringMatching(new RegExp(`^${one} is (queued|running|done) again\n$`)) as string,
      stderr: '',
    });
    const again = await penstock(['get', one, '--wait']);
    expect(again).toMatchObject({ code: 0, stdout: expect.stringMatching(/^priority +3$/m) as string });
    expect(again.stdout).toMatch(/^ +\+ .* run again$/m);

    expect(await json(['rerun', '--all', '--user', 'mary', '--state', 'failed'])).toEqual({ rerun: 2 });
    for (const id of [two, three]) expect((await penstock(['get', id, '--wait'])).code).toBe(0);
    expect(await penstock(['rerun', one])).toEqual({
      code: 4,
      stdout: '',
      stderr: `${one}: only a task that ended without a result is run again; this one is done\n`,
    });
  });

  it.each([
    [['submit', 'X', '--backoff', 'soon'], /Expected a kind/],
    [['submit', 'X', '--run-at', 'soon'], /Expected a time/],
    [['submit', 'X', '--max-attempts', '0'], /Expected a whole number/],
    [['submit', 'X', '--max-attempts', '70000'], /maxAttempts/],
    [['submit', 'X', '--on-worker-loss', 'cry'], /Allowed choices are retry, fail/],
    [['map', 'X', '.', '--key', 'a'], /unknown option '--key'/],
    [['dead', '--state', 'done'], /Allowed choices are failed, expired, cancelled/],
    [['rerun'], /say which tasks: ids, or --all/],
    [['rerun', 'id', '--all'], /say which tasks: ids, or --all/],
    [['rerun', '--all', '--priority', '1'], /changes need ids/],
    [['rerun', 'id', '--user', 'mary'], /narrow --all down/],
    [['rerun', 'id', '--payload', '{bad'], /is not JSON/],
    [['journal'], /check|salvage/],
    [['journal', 'mend'], /unknown command 'mend'/],
  ])('says what is wrong with %j', async (args, message) => {
    const { code, stdout, stderr } = await penstock(args);
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
    expect(stderr).toMatch(message);
  });

  it.each(['submit', 'map', 'dead', 'rerun', 'journal check', 'journal salvage'])(
    'shows an example of %s',
    async (name) => {
      const { code, stdout } = await penstock([...name.split(' '), '--help']);
      expect(code).toBe(0);
      expect(stdout).toContain(`Examples:\n  `);
      expect(stdout).toContain(`penstock ${name} `);
    },
  );
});
