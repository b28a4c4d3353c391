import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { greet } from '../test/readme/greetings.js';

const read = (path: string) => readFileSync(new URL(path, import.meta.url), 'utf8');

describe('README.md', () => {
  it('shows code as it is tested', async () => {
    const code = read('../test/readme/greetings.ts').replace('../../src/index.js', '@penstock/testing');
    expect(read('../README.md')).toContain(`\`\`\`ts\n${code}\`\`\``);
    expect(await greet()).toBe('Hello John !');
  });
});
