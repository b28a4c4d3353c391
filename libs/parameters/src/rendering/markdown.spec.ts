import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { parameterNames } from '../table/table.js';
import { renderMarkdown } from './markdown.js';

describe('renderMarkdown', () => {
  it('is what docs/parameters.md says (node libs/parameters/dist/generate-docs.js writes it)', () => {
    const committed = readFileSync(new URL('../../../../docs/parameters.md', import.meta.url), 'utf8');
    expect(renderMarkdown()).toBe(committed);
  });

  it.each(parameterNames)('has a row for %s', (name) => {
    const rows = renderMarkdown()
      .split('\n')
      .filter((line) => line.startsWith(`| \`${name}\` `));
    expect(rows).toHaveLength(1);
  });

  it('has no bar in a cell that would make two of it', () => {
    const bars = renderMarkdown()
      .split('\n')
      .filter((line) => line.startsWith('|'))
      .map((line) => line.split('|').length - 1);
    expect(new Set(bars)).toEqual(new Set([5, 6]));
  });
});
