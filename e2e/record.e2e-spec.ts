import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it, onTestFinished } from 'vitest';
import { runCommand } from './support/cli.js';
import { clusterForTest } from './support/cluster-for-test.js';
import { freeClusterPorts } from './support/ports.js';

it('replays what a balancer has recorded, and finds what is missing in it', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'penstock-record-'));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  const record = join(folder, 'record.jsonl');
  const cluster = await clusterForTest({ hubs: 2, parameters: { LB_RECORD: record } });
  const client = cluster.client();
  const results = await client
    .submitMany(
      'HELLO',
      Array.from({ length: 200 }, () => ({ firstName: 'John' })),
    )
    .results();
  expect(results).toHaveLength(200);
  const cancelled = client.submit('HELLO', { firstName: 'Jane' }, { delayMs: 60_000, maxAttempts: 2 });
  await cancelled.accepted;
  await cancelled.cancel();
  await cluster.hubs[0]?.kill();
  await cluster.balancer.stop();

  const lines = readFileSync(record, 'utf8').trimEnd().split('\n');
  const replayed = await runCommand(cluster.ports, ['sim', '--replay', record, '--json']);
  expect(replayed).toMatchObject({ code: 0, stdout: `{"events":${lines.length}}\n` });

  const hub = lines.findIndex((line) => line.includes('"joinHub"'));
  writeFileSync(record, lines.toSpliced(hub, 1).join('\n'));
  const spoiled = await runCommand(cluster.ports, ['sim', '--replay', record]);
  expect(spoiled.code).toBe(1);
  expect(spoiled.stderr).toMatch(/Line \d+ of the record: .*which is not known/);
});

it('says that a record cannot be read', async () => {
  const ports = await freeClusterPorts();
  const { code, stderr } = await runCommand(ports, ['sim', '--replay', '/nowhere/record.jsonl']);
  expect(code).toBe(1);
  expect(stderr).toContain('The record cannot be read');
});
