import { join } from 'node:path';
import { expect, it } from 'vitest';
import { root } from './support/checkout.js';
import { Program } from './support/program.js';

it("the monitor's types of the HTTP interface are those that the balancer describes", async () => {
  const generate = new Program('api-types', join(root, 'tools', 'api-types', 'generate.mjs'), {
    args: ['--check'],
  });
  expect(await generate.exited, generate.lines.join('\n')).toEqual({ code: 0, signal: null });
});
