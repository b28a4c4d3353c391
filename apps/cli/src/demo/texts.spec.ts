import { mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join, relative } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { findTexts } from './texts.js';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'texts of penstock '));
});
afterEach(() => rm(folder, { recursive: true }));

async function write(...paths: readonly string[]): Promise<void> {
  for (const path of paths) {
    await mkdir(dirname(join(folder, path)), { recursive: true });
    await writeFile(join(folder, path), path);
  }
}

async function found(): Promise<readonly string[]> {
  return (await findTexts(folder)).map((path) => relative(folder, path));
}

describe('findTexts', () => {
  it('finds README, CHANGELOG and LICENSE in any case and with any extension, at any depth', async () => {
    const texts = [
      'LICENSE',
      'a/readme.markdown',
      'a/b/CHANGELOG.md',
      'a/b/License-MIT.txt',
      '.pnpm/c/Readme',
    ];
    await write(...texts);
    expect(await found()).toEqual(texts.toSorted());
  });

  it('leaves other files alone', async () => {
    await write('index.js', 'OLD-README', 'docs/licensing/index.md', 'package.json');
    expect(await found()).toEqual([]);
  });

  it('finds a file once, whatever links lead to it', async () => {
    await write('store/a/README.md');
    await symlink(join(folder, 'store/a'), join(folder, 'a'));
    await symlink(join(folder, 'store/a/README.md'), join(folder, 'README.md'));
    await symlink(folder, join(folder, 'store/a/round'));
    expect(await found()).toEqual(['store/a/README.md']);
  });

  it('takes no folder for a file', async () => {
    await mkdir(join(folder, 'license'));
    expect(await found()).toEqual([]);
  });

  it('finds nothing in a folder that does not exist', async () => {
    expect(await findTexts(join(folder, 'none'))).toEqual([]);
  });
});
