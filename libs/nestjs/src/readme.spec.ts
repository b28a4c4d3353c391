import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';

const read = (path: string) => readFileSync(new URL(path, import.meta.url), 'utf8');

/** Its code is that of the example, which is run in tests of its own. */
const blocks = [...read('../README.md').matchAll(/```ts\n\/\/ (\S+)\n(.*?)```/gs)].map(
  ([, file = '', code = '']) => ({ file, code }),
);

describe('README.md', () => {
  it.each(blocks)('shows $file as it is tested', ({ file, code }) => {
    expect(code).toBe(read(`../../../examples/nest-app/${file}`));
  });

  it('shows no other code', () => {
    expect(read('../README.md').match(/```ts/g)).toHaveLength(blocks.length);
    expect(blocks.length).toBeGreaterThan(5);
  });
});
