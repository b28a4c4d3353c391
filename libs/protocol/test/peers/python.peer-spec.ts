import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { expect, it } from 'vitest';
import { goldenFolder } from '../golden.js';

const python = '/usr/bin/python3';

it('PROTOCOL.md is enough for another language to read every golden example and to refuse every malformed one', () => {
  const script = fileURLToPath(new URL('check.py', goldenFolder));
  // -I: neither the user's packages nor PYTHON* variables; -B: no __pycache__ beside the examples.
  const { error, status, stdout, stderr } = spawnSync(python, ['-I', '-B', script], {
    encoding: 'utf8',
    timeout: 60_000,
  });
  expect(error, `this proof needs ${python}`).toBeUndefined();
  expect(stderr).toBe('');
  expect(stdout).toMatch(/^\d{3,} golden examples agree with PROTOCOL\.md\n$/);
  expect(status).toBe(0);
});
