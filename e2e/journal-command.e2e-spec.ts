import { readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { runCommand } from './support/cli.js';
import { clusterForTest } from './support/cluster-for-test.js';
import type { Cluster } from './support/cluster.js';
import { startProgram } from './support/program.js';

const TASKS = 200;

/** A cluster that has tasks on its disk, and nobody who runs them. */
async function clusterWithTasks(): Promise<{ cluster: Cluster; data: string; damaged: string }> {
  const cluster = await clusterForTest({ hubs: 0 });
  const payloads = Array.from({ length: TASKS }, (_, index) => `${index} `.repeat(200));
  // Not all in one batch: a damaged entry takes the others of its own with it.
  const client = cluster.client();
  for (const payload of payloads) await client.submit('NOBODY', payload).accepted;
  await client.close();
  const data = cluster.parameters['PENSTOCK_DATA'] ?? '';
  return { cluster, data, damaged: join(data, 'journal', 'journal.mdb') };
}

/** Overwrites the payload of a task wherever it is in a file. */
async function damage(path: string): Promise<void> {
  const bytes = await readFile(path);
  const payload = Buffer.from('100 100 100 ');
  for (let at = bytes.indexOf(payload); at >= 0; at = bytes.indexOf(payload, at + 1)) bytes[at] = 0xa5;
  await writeFile(path, bytes);
}

function start(cluster: Cluster, folder: string) {
  return startProgram('balancer', '@penstock/balancer', { ...cluster.parameters, PENSTOCK_DATA: folder });
}

describe('penstock journal', () => {
  it('checks a journal that is in use, and does not salvage one', async () => {
    const { cluster, data } = await clusterWithTasks();
    const penstock = (...args: string[]) => runCommand(cluster.ports, ['journal', ...args]);
    expect(await penstock('check', data)).toEqual({
      code: 0,
      stdout: expect.stringMatching(
        /journal\.mdb: \d+ whole entries, .*, opened 1 times\nnothing is wrong\n$/,
      ),
      stderr: '',
    });
    const { stdout } = await penstock('check', join(data, 'journal'), '--json');
    expect(JSON.parse(stdout)).toMatchObject({ state: { epoch: 1 }, findings: [] });
    const refused = await penstock('salvage', data, `${data}/new`);
    expect(refused).toMatchObject({ code: 4, stdout: '' });
    expect(refused.stderr).toMatch(/^The journal in .* is in use by process \d+ of /);
  });

  it('salvages a damaged one, and the balancer goes on with what is left', async () => {
    const { cluster, data, damaged } = await clusterWithTasks();
    const penstock = (...args: string[]) => runCommand(cluster.ports, ['journal', ...args]);
    await cluster.balancer.stop();
    await damage(damaged);

    const refused = start(cluster, data);
    expect(await refused.exited).toMatchObject({ code: 1 });
    expect(refused.lines.at(-1)).toMatch(/^ERROR: .*penstock journal salvage/);

    const checked = await penstock('check', data);
    expect(checked).toMatchObject({ code: 1, stderr: expect.stringMatching(/^"penstock journal salvage /) });
    expect(checked.stdout).toMatch(/^- The /m);

    const to = join(data, 'salvaged');
    const salvaged = await penstock('salvage', data, to);
    expect(salvaged.stderr).toContain(`PENSTOCK_DATA=${to}`);
    expect(salvaged.stdout).toMatch(/^.*salvaged\/journal: \d+ entries/m);
    expect(await readdir(join(to, 'journal'))).toContain('journal.mdb');
    expect(await penstock('salvage', data, to)).toMatchObject({ code: 1 });

    const balancer = start(cluster, to);
    const line = await balancer.line(/RECOVERED (\d+) TASKS/);
    const recovered = Number(/RECOVERED (\d+) TASKS/.exec(line)?.[1]);
    expect(recovered).toBe(TASKS - 1);
    await balancer.stop();
  });

  it('says what to do where there is none', async () => {
    const cluster = await clusterForTest({ hubs: 0, parameters: { PENSTOCK_DATA: 'none' } });
    const { code, stderr } = await runCommand(cluster.ports, ['journal', 'check', '/no/such/folder']);
    expect(code).toBe(2);
    expect(stderr).toBe('there is no journal in /no/such/folder: name the folder that PENSTOCK_DATA names\n');
  });
});
