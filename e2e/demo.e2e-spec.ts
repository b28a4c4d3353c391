import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import { root } from './support/checkout.js';
import { clusterForTest } from './support/cluster-for-test.js';
import type { Cluster } from './support/cluster.js';
import { entryOf } from './support/entry.js';
import {
  asciiOnly,
  countIndependently,
  countWords,
  wordsByWc,
  type IndependentCount,
} from './support/independent-count.js';
import { descendantsOf } from './support/processes.js';
import { freeClusterPorts, portParameters } from './support/ports.js';
import { Program } from './support/program.js';
import { taskFolder, taskSource } from './support/task-folder.js';

interface Totals {
  readonly files: number;
  readonly failed: number;
  readonly bytes: number;
  readonly words: number;
  readonly lines: number;
  readonly workers: Readonly<Record<string, number>>;
}

/** The real files that the demonstration is made for. */
const modules = join(root, 'node_modules');

/** Runs the demonstration on a cluster, or where it finds none at these ports, on one of its own. */
function demo(ports: Cluster['ports'], args: readonly string[]): Program {
  return new Program('demo', entryOf('penstock'), {
    args: ['demo', ...args],
    cwd: root,
    env: {
      ...portParameters(ports),
      WKHUB_WORKERS: '[{"nWorkers": 2}]',
    },
  });
}

/** What a demonstration with --json has printed. */
async function totalsOf(program: Program): Promise<Totals> {
  const { code } = await program.exited;
  const json = program.lines.filter((line) => line.startsWith('{'));
  expect(json, program.lines.join('\n')).toHaveLength(1);
  const totals = JSON.parse(json.join()) as Totals;
  expect(code).toBe(totals.failed === 0 ? 0 : 1);
  return totals;
}

describe('the demonstration', () => {
  let expected: IndependentCount;
  beforeAll(() => {
    expected = countIndependently(modules);
  });

  it('is checked by a counter that agrees with wc', () => {
    const ascii = asciiOnly(expected.files);
    expect(ascii.length).toBeGreaterThan(100);
    expect(wordsByWc(ascii)).toBe(countWords(ascii).words);
  });

  it('counts every word of every file, on a balancer of its own where none runs', async () => {
    const { bytes, words, lines, files } = expected;
    const totals = await totalsOf(demo(await freeClusterPorts(), ['--json']));
    expect(totals).toMatchObject({ files: files.length, failed: 0, bytes, words, lines });
    expect(sum(Object.values(totals.workers))).toBe(files.length);
  });

  it('counts every word of every file once, although a hub and a worker of another are killed', async () => {
    const cluster = await clusterForTest({ hubs: 3 });
    const program = demo(cluster.ports, ['--json']);
    await program.line(/10 %/);
    const [first, second] = cluster.hubs as [Program, Program];
    first.signal('SIGKILL');
    const [worker] = descendantsOf(second.pid) as [number];
    process.kill(worker, 'SIGKILL');
    const { bytes, words, lines, files } = expected;
    expect(await totalsOf(program)).toMatchObject({ files: files.length, failed: 0, bytes, words, lines });
  });

  it('shows a table at its end', async () => {
    const cluster = await clusterForTest();
    const program = demo(cluster.ports, []);
    expect((await program.exited).code).toBe(0);
    const table = program.lines.filter((line) => line.startsWith('│')).join('\n');
    expect(table).toMatch(/files .* bytes .* words .* lines .* time .* tasks\/s/);
    expect(table).toContain(expected.words.toLocaleString('en'));
  });

  it('goes on without files that cannot be counted, shows them, and fails', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'penstock demo '));
    onTestFinished(() => rm(folder, { recursive: true, force: true }));
    for (const name of ['README.md', 'LICENSE', 'changelog.txt']) await writeFile(join(folder, name), '');
    const tasks = await taskFolder({ 'wordcount.ts': taskSource('wordcount', pickyWordcount) });
    const cluster = await clusterForTest({ tasks });
    const program = demo(cluster.ports, ['--folder', folder]);
    expect((await program.exited).code).toBe(1);
    const log = program.lines.join('\n');
    expect(log).toMatch(/^1 could not be counted:\n {2}.*penstock demo .*LICENSE: .*it is too long$/m);
    expect(log).toMatch(/│ +2 │ +20 │ +6 │ +4 │/);
  });

  it('says what it misses when no worker knows its task', async () => {
    const tasks = await taskFolder({ 'other.ts': taskSource('OTHER', '() => 1') });
    const cluster = await clusterForTest({ tasks });
    const program = demo(cluster.ports, []);
    expect((await program.exited).code).toBe(1);
    expect(program.lines).toEqual(['no worker knows the task wordcount']);
  });
});

/** A handler that counts the same for each file, and refuses licences. */
const pickyWordcount = `({ path }) => {
  if (path.endsWith('LICENSE')) throw new Error('it is too long');
  return { bytes: 10, words: 3, lines: 2 };
}`;

function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, number) => total + number, 0);
}
