import { join } from 'node:path';
import { expect, it } from 'vitest';
import { root } from './support/checkout.js';
import { Program } from './support/program.js';

it('docs/task-lifecycle.md is what the table of states says', async () => {
  const generate = new Program('lifecycle', join(root, 'tools', 'task-lifecycle', 'generate.mjs'), {
    args: ['--check'],
  });
  expect(await generate.exited, generate.lines.join('\n')).toEqual({ code: 0, signal: null });
});
