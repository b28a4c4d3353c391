import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readdirSync, readlinkSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { expect, it } from 'vitest';
import { root } from './support/checkout.js';

const python = '/usr/bin/python3';

/** What the checker prints in the end; docs/chaos.md says what the figures mean. */
interface Report {
  readonly seed: number;
  readonly acknowledged: number;
  readonly finished: number;
  readonly goneFromMemory: number;
  readonly kills: { readonly balancer?: number };
}

/** Starts the checker; -E and -s: neither PYTHON* variables nor the user's packages. */
function startChecker(...args: string[]) {
  const script = join(root, 'e2e', 'checker', 'checker.py');
  const child = spawn(python, ['-B', '-E', '-s', script, '--node', process.execPath, ...args], {
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let stdout = '';
  child.stdout.on('data', (chunk: Buffer) => (stdout += chunk.toString()));
  const progress: string[] = [];
  const lines = createInterface(child.stderr).on('line', (line) => progress.push(line));
  const ended = once(child, 'close').then(([code]) => ({ code: code as number | null, stdout, progress }));
  return { child, lines, ended };
}

/** Processes that have this folder as their working directory, although it may be gone. */
function processesIn(folder: string): readonly string[] {
  return readdirSync('/proc').filter((pid) => {
    try {
      return /^\d+$/.test(pid) && readlinkSync(`/proc/${pid}/cwd`).startsWith(folder);
    } catch {
      return false; // it is somebody else's, or has ended meanwhile
    }
  });
}

it('finds each lie in ledgers made by hand, and nothing in honest ones', async () => {
  const { code, stdout } = await startChecker('--self-test').ended;
  expect(stdout).toMatch(/^\d honest ledgers, \d\d lies, 0 mistakes of the judge\n$/);
  expect(code).toBe(0);
});

it('finds nothing wrong with a balancer that is killed under load', { timeout: 300_000 }, async () => {
  const { code, stdout, progress } = await startChecker('--seconds', '15', '--seed', '1').ended;
  const report = JSON.parse(stdout) as Report;
  expect(report, progress.join('\n')).toMatchObject({
    seed: 1,
    lost: 0,
    doubled: 0,
    startedAgain: 0,
    untrue: 0,
    wrongs: [],
  });
  // Two are killed at the end in any case.
  expect(report.kills.balancer).toBeGreaterThan(2);
  expect(report.acknowledged).toBeGreaterThan(50);
  expect(report.finished).toBeGreaterThanOrEqual(report.acknowledged - report.goneFromMemory);
  expect(code).toBe(0);
});

it('leaves no process and no folder behind when it is interrupted', async () => {
  const { child, lines, ended } = startChecker('--seconds', '60');
  const [first] = (await once(lines, 'line')) as [string];
  const folder = /\/\S+$/.exec(first)?.[0] ?? '';
  expect(existsSync(folder), first).toBe(true);
  await once(lines, 'line'); // it works
  expect(processesIn(folder)).not.toEqual([]);
  child.kill('SIGINT');
  expect(await ended).toMatchObject({ code: 130, stdout: '' });
  expect(existsSync(folder)).toBe(false);
  expect(processesIn(folder)).toEqual([]);
});
