import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { Stack } from './support/stack.js';

const guide = 'docs/guides/docker.md';

let stack: Stack;

beforeAll(async () => {
  stack = await Stack.make('guide');
});

afterAll(() => stack.down());

/** The blocks of commands of the guide. */
async function blocks(): Promise<readonly string[]> {
  const text = await readFile(join(stack.checkout, guide), 'utf8');
  return [...text.matchAll(/^```sh\n(.*?)^```$/gms)].map(([, code = '']) => code);
}

it('the guide holds word for word: its commands do what it says, in its order', async () => {
  const said: string[] = [];
  for (const block of await blocks()) {
    // The port, the tag and the project are the test's, so that it leaves what a user has here as it is.
    const { stdout } = await stack.type(
      block
        .replaceAll('localhost:9000', `localhost:${stack.port}`)
        .replaceAll('penstock-*', stack.image('*'))
        .replaceAll('penstock_journal', `${stack.name}_journal`),
    );
    said.push(stdout);
  }
  const all = said.join('');
  expect(all).toContain('Hello John Doe !\n');
  expect(all).toContain('Welcome, Ada!\n');
  expect(all).toContain('"state":"done"');
  expect(all).toMatch(new RegExp(`^http://localhost:${stack.port}/login#`, 'm'));
});
