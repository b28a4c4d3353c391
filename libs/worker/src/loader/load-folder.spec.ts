import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { loadFolder } from './load-folder.js';

function folderOf(files: Readonly<Record<string, string>>): string {
  const folder = mkdtempSync(join(tmpdir(), 'penstock-loader-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  for (const [name, text] of Object.entries(files)) writeFileSync(join(folder, name), text);
  return folder;
}

async function load(
  folder: string,
  excluded: { file: string; reason: string }[] = [],
  files?: readonly string[],
) {
  const imported: string[] = [];
  const loaded = await loadFolder({
    folder,
    files,
    excluded,
    importDeadlineMs: 5_000,
    onImporting: (file) => imported.push(file),
  });
  return { ...loaded, imported };
}

const task = (name: string): string => `export default { name: '${name}', run: () => '${name}' };`;

describe('loadFolder', () => {
  it('loads every file that may define tasks, in the order of their names', async () => {
    const folder = folderOf({
      'b.js': task('B'),
      'a.ts': `const name: string = 'A'; export default { name, run: (): string => name };`,
      'c.mjs': `export default [${['C1', 'C2'].map((name) => `{ name: '${name}', run() {} }`).join()}];`,
      'd.d.ts': 'x',
      'e.spec.ts': 'x',
      'f.test.js': 'x',
      '.g.js': 'x',
      'h.json': '{}',
      'i.cjs': 'x',
    });
    mkdirSync(join(folder, 'support.js'));
    const { tasks, broken, imported, definitions } = await load(folder);
    expect(imported).toEqual(['a.ts', 'b.js', 'c.mjs']);
    expect(broken).toEqual([]);
    expect(tasks.map(({ name, file }) => [name, file])).toEqual([
      ['A', 'a.ts'],
      ['B', 'b.js'],
      ['C1', 'c.mjs'],
      ['C2', 'c.mjs'],
    ]);
    expect(definitions).toHaveLength(4);
  });

  it('keeps the first of two tasks with one name, and all of a file or nothing of it', async () => {
    const folder = folderOf({
      'a.js': task('A'),
      'b.js': `export default [{ name: 'B', run() {} }, { name: 'A', run() {} }];`,
      'c.js': `export default [{ name: 'C', run() {} }, { name: 'C', run() {} }];`,
    });
    const { tasks, broken } = await load(folder);
    expect(tasks.map(({ name }) => name)).toEqual(['A']);
    expect(broken).toEqual([
      { file: 'b.js', reason: 'the task A is defined in a.js already' },
      { file: 'c.js', reason: 'it defines the task C twice' },
    ]);
  });

  it('does not import what is excluded, and reports it with the reason given', async () => {
    const folder = folderOf({ 'a.js': task('A'), 'b.js': task('B') });
    const exclusion = { file: 'a.js', reason: 'its import ended the worker' };
    const { imported, broken } = await load(folder, [exclusion]);
    expect(imported).toEqual(['b.js']);
    expect(broken).toEqual([exclusion]);
  });

  it('imports no other file than those that it is to', async () => {
    const folder = folderOf({ 'a.js': task('A'), 'b.js': task('B') });
    const { imported, tasks } = await load(folder, [], ['b.js', 'gone.js']);
    expect(imported).toEqual(['b.js']);
    expect(tasks.map(({ name }) => name)).toEqual(['B']);
  });

  it('tells how tasks are to be isolated', async () => {
    const shy = `export default { name: 'SHY', isolation: { network: 'none' }, run() {} };`;
    const { tasks } = await load(folderOf({ 'free.js': task('FREE'), 'shy.js': shy }));
    expect(tasks.map(({ isolation }) => isolation)).toEqual([{}, { network: 'none' }]);
  });

  it('reports a link that leads nowhere, and goes on', async () => {
    const folder = folderOf({ 'b.js': task('B') });
    symlinkSync(join(folder, 'nowhere.js'), join(folder, 'a.js'));
    const { tasks, broken } = await load(folder);
    expect(tasks.map(({ name }) => name)).toEqual(['B']);
    expect(broken.map(({ file }) => file)).toEqual(['a.js']);
  });

  it('reports a folder that is not there', async () => {
    const { tasks, broken } = await load('/no/such/folder');
    expect(tasks).toEqual([]);
    expect(broken[0]?.reason).toContain('the folder /no/such/folder cannot be read');
  });
});
