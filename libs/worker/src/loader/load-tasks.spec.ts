import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { describe, expect, it, onTestFinished } from 'vitest';
import { loadTasks } from './load-tasks.js';
import { describeSource } from './task-source.js';

function loaderOf(text: string): string {
  const folder = mkdtempSync(join(tmpdir(), 'penstock-loader-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  const file = join(folder, 'loader.mjs');
  writeFileSync(file, text);
  return pathToFileURL(file).href;
}

const load = (text: string) =>
  loadTasks({
    source: { loader: loaderOf(text), argument: 'the argument' },
    excluded: [],
    importDeadlineMs: 5_000,
    onImporting: () => expect.unreachable('no file of it is to blame when it fails'),
  });

describe('a module that makes tasks', () => {
  it('is handed its argument, and lets go of what the tasks live on', async () => {
    const { definitions, tasks, broken, close } = await load(`export default async (argument) => ({
      tasks: [{ name: 'SAY', run: () => argument }],
      close: async () => { throw new Error('closed'); },
    });`);
    expect(tasks).toEqual([{ name: 'SAY', file: 'the argument', fingerprint: '', isolation: {} }]);
    expect(broken).toEqual([]);
    expect(definitions[0]?.run(null, {} as never)).toBe('the argument');
    await expect(close()).rejects.toThrow('closed');
  });

  it('may have nothing to let go of', async () => {
    const { close } = await load(`export default async () => ({ tasks: [{ name: 'A', run() {} }] });`);
    await expect(close()).resolves.toBeUndefined();
  });

  it('fails as a whole', async () => {
    await expect(load(`export default async () => { throw new Error('no database'); };`)).rejects.toThrow(
      'no database',
    );
    await expect(load(`export default async () => ({ tasks: [{ name: '' }] });`)).rejects.toThrow(
      "a task's name",
    );
  });
});

it('a source is called by its folder or its argument', () => {
  expect(describeSource({ folder: '/tasks' })).toBe('/tasks');
  expect(describeSource({ loader: 'file:///x.js', argument: 'file:///a%20b.js' })).toBe('/a b.js');
  expect(describeSource({ loader: 'file:///x.js', argument: 'name' })).toBe('name');
});
