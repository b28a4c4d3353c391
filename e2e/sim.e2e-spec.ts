import { once } from 'node:events';
import { expect, it } from 'vitest';
import { runCommand, startCommand } from './support/cli.js';
import { freeClusterPorts } from './support/ports.js';

const penstock = async (...args: string[]) => runCommand(await freeClusterPorts(), args);

it('simulates seeds over several threads and sums them up in one line of JSON', async () => {
  const { code, stdout } = await penstock('sim', '--seeds', '6', '--jobs', '2', '--json');
  expect(JSON.parse(stdout)).toMatchObject({ seeds: 6, violations: 0, failed: [] });
  expect(stdout.trimEnd().split('\n')).toHaveLength(1);
  expect(code).toBe(0);
});

it('that is stopped sums up what it has run', async () => {
  const { child, said, ended } = startCommand(await freeClusterPorts(), ['sim', '--seeds', '400', '--json']);
  while (!said.stderr.includes('seeds 40/400')) await once(child.stderr, 'data');
  child.kill('SIGINT');
  const { code, stdout, stderr } = await ended;
  const { seeds, violations } = JSON.parse(stdout) as { seeds: number; violations: number };
  expect(seeds).toBeGreaterThanOrEqual(40);
  expect(seeds).toBeLessThan(400);
  expect(violations).toBe(0);
  expect(stderr).toContain(`stopped: ${seeds} of 400 seeds were run`);
  expect(code).toBe(130);
});

it('shows every step of one seed, the same each time', async () => {
  const first = await penstock('sim', '--seed', '5', '--trace');
  const again = await penstock('sim', '--seed', '5', '--trace');
  expect(first.stdout).toContain(' balancer#1 serves\n');
  expect(again.stdout.replace(/in [\d.]+ s\n$/, '')).toBe(first.stdout.replace(/in [\d.]+ s\n$/, ''));
});

it('says that a number of seeds is none', async () => {
  expect(await penstock('sim', '--seeds', 'many')).toMatchObject({ code: 2, stdout: '' });
});
