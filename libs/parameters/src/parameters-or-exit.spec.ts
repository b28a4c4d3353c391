import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { parametersOrExit } from './parameters-or-exit.js';

class Exit extends Error {
  constructor(readonly code: number) {
    super(`exit ${code}`);
  }
}

let folder: string;
let stdout: string;
let stderr: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'penstock-parameters-'));
  stdout = '';
  stderr = '';
});
afterEach(() => rmSync(folder, { recursive: true }));

function run(...argv: readonly string[]) {
  return parametersOrExit('balancer', {
    argv: ['node', 'main.js', ...argv],
    env: {},
    stdout: { write: (text) => (stdout += text) },
    stderr: { write: (text) => (stderr += text) },
    cwd: () => folder,
    exit: (code) => {
      throw new Exit(code);
    },
  });
}

describe('parametersOrExit', () => {
  it('gives the parameters and prints the notices', () => {
    expect(run('--lb-httpport=0', '--socket-timeout', '1s').values.LB_HTTPPORT).toBe(0);
    expect(stdout).toBe('');
    expect(stderr).toMatch(/^SOCKET_TIMEOUT \(command line\) is accepted but has no use: .*\n$/);
  });

  it('prints what is wrong and exits with 78', () => {
    writeFileSync(join(folder, 'parameters.json'), '{"LB_IP" "127.0.0.1"}');
    expect(() => run('--lb-httpport', 'x')).toThrow(new Exit(78));
    expect(stdout).toBe('');
    expect(stderr).toBe(
      [
        'ERROR: 2 mistakes in the parameters:',
        '  parameters.json is not a valid JSON file: line 1, column 10: expected ":", found a string',
        '  LB_HTTPPORT = "x" (command line): expected a port, 0 to 65535',
        '',
      ].join('\n'),
    );
  });

  it('prints help and exits with 0, whatever else is wrong', () => {
    expect(() => run('--lb-httpport', 'x', '--help')).toThrow(new Exit(0));
    expect(stdout).toMatch(/^Parameters of the balancer\./);
    expect(stderr).toBe('');
  });
});
