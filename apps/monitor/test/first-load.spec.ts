import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';

const page = join(import.meta.dirname, '..', 'dist', 'page');
const LIMIT = 250_000;

interface Chunk {
  readonly file: string;
  readonly isEntry?: boolean;
  readonly imports?: readonly string[];
  readonly dynamicImports?: readonly string[];
  readonly css?: readonly string[];
}

const manifest = JSON.parse(readFileSync(join(page, '.vite', 'manifest.json'), 'utf8')) as Record<
  string,
  Chunk
>;

/** The files of a chunk and of all that it cannot do without. */
function filesOf(name: string, seen = new Set<string>()): ReadonlySet<string> {
  const { file, imports = [], css = [] } = manifest[name] as Chunk;
  for (const own of [file, ...css]) seen.add(own);
  for (const imported of imports) if (!seen.has((manifest[imported] as Chunk).file)) filesOf(imported, seen);
  return seen;
}

it('loads the overview, charts and all, in less than 250 kB', () => {
  const chart = Object.keys(manifest).find((name) => name.endsWith('line-chart.tsx')) as string;
  const files = new Set(['index.html', ...filesOf('index.html'), ...filesOf(chart)]);
  const size = [...files].reduce((sum, file) => sum + statSync(join(page, `${file}.gz`)).size, 0);
  expect(files.size).toBeGreaterThan(4);
  expect(size).toBeLessThan(LIMIT);
});

it('brings everything itself: nothing is loaded from elsewhere', () => {
  const texts = readdirSync(page, { recursive: true, encoding: 'utf8' }).filter((name) =>
    /\.(css|html)$/.test(name),
  );
  expect(texts.length).toBeGreaterThan(1);
  for (const name of texts) {
    const text = readFileSync(join(page, name), 'utf8');
    expect(text).not.toMatch(/(?:src|href)="https?:|url\(["']?https?:/);
  }
});
