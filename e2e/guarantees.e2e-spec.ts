import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { root } from './support/checkout.js';

/** What the page of guarantees names as a proof: a file, and a test in it. */
interface Proof {
  readonly file: string;
  readonly test: string;
}

async function guarantees(): Promise<string> {
  return readFile(join(root, 'docs', 'guarantees.md'), 'utf8');
}

function proofsIn(text: string): readonly Proof[] {
  return [...text.matchAll(/^- \[`([^`]+)`\]\(\.\.\/([^)]+)\):((?:.|\n {2})*)/gm)].flatMap(
    ([, shown = '', file = '', tests = '']) => {
      expect(shown).toBe(file);
      return [...tests.matchAll(/“([^”]+)”/g)].map(([, test = '']) => ({ file, test }));
    },
  );
}

it('every promise names tests, and all of them exist', async () => {
  const text = await guarantees();
  const promises = text.split(/^##+ /m).slice(1);
  expect(promises.length).toBeGreaterThan(15);
  for (const promise of promises) expect(proofsIn(promise), promise).not.toEqual([]);
  expect(proofsIn(text).length).toBeGreaterThan(70);
  for (const { file, test } of proofsIn(text)) {
    const source = await readFile(join(root, file), 'utf8');
    const titles = [test, test.replaceAll("'", "\\'")].flatMap((title) => [`'${title}'`, `"${title}"`]);
    expect(
      titles.some((title) => source.includes(title)),
      `${file} has no test “${test}”`,
    ).toBe(true);
  }
});

it('no promise says more than can be kept', async () => {
  const text = await guarantees();
  // Each of these words needs a level and faults beside it, and then there is a better one.
  const said = [text, await readFile(join(root, 'README.md'), 'utf8')].map((page) =>
    page.replaceAll(/“[^”]*”|docs\/guarantees\.md|\[[^\]]*guarantee[^\]]*\]/g, ''),
  );
  for (const page of said) expect(page).not.toMatch(/exactly[- ]once|guaranteed|zero[- ]loss|never lost/i);
});
