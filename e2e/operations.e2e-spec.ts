import { execFile } from 'node:child_process';
import { access, cp, mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { promisify } from 'node:util';
import { parameterNames } from '@penstock/parameters';
import { errorCodes } from '@penstock/protocol';
import { expect, it, onTestFinished } from 'vitest';
import { root } from './support/checkout.js';
import { clusterForTest } from './support/cluster-for-test.js';
import { bareEnvironment } from './support/program.js';

const run = promisify(execFile);

async function page(): Promise<string> {
  return readFile(join(root, 'docs', 'operations.md'), 'utf8');
}

it('the commands for backup and salvage work as they are written', async () => {
  const cluster = await clusterForTest({ hubs: 0 });
  const client = cluster.client();
  await client.submit('LATER', 1).accepted;
  await client.close();
  await cluster.balancer.stop();
  const folder = await mkdtemp(join(tmpdir(), 'penstock-operations-'));
  onTestFinished(() => rm(folder, { recursive: true, force: true }));
  await cp(join(cluster.parameters['PENSTOCK_DATA'] ?? '', 'journal'), join(folder, '.penstock', 'journal'), {
    recursive: true,
    filter: (path) => !path.endsWith('.sock'),
  });
  const blocks = [...(await page()).matchAll(/^```sh\n(.*?)^```$/gms)].map(([, code = '']) => code);
  expect(blocks).toHaveLength(2);
  for (const block of blocks) {
    const { stdout } = await run('sh', ['-ec', block.replaceAll('/backup/', `${folder}/`)], {
      cwd: folder,
      env: { PATH: [join(root, 'node_modules', '.bin'), bareEnvironment['PATH'] ?? ''].join(delimiter) },
    });
    expect(stdout).toContain('nothing is wrong');
  }
  await access(join(folder, '.penstock-salvaged', 'journal', 'journal.mdb'));
});

it('names parameters that exist, and every code that a journal has', async () => {
  const text = await page();
  const named = [...text.matchAll(/`((?:LB|WKHUB|HC|PENSTOCK|HEARTBEAT)_[A-Z_]+)/g)].map(
    ([, name = '']) => name,
  );
  expect(named.length).toBeGreaterThan(15);
  for (const name of named) expect(parameterNames).toContain(name);
  for (const code of Object.keys(errorCodes).filter((known) => known.startsWith('JOURNAL_')))
    expect(text).toContain(`| \`${code}\``);
});
