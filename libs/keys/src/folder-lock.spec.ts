import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { freshFolder } from '../test/folder.js';
import { BalancerFolder } from './balancer-folder.js';
import { FolderLock } from './folder-lock.js';

const issuer = fileURLToPath(new URL('../test/issuer.mjs', import.meta.url));

describe('FolderLock', () => {
  it('keeps what several processes issue at the same time', async () => {
    const folder = new BalancerFolder(freshFolder());
    folder.init();
    const names = ['a', 'b', 'c', 'd'];
    const codes = await Promise.all(
      names.map(async (name) => {
        const args = [issuer, folder.folder, name, '10'];
        const [code] = (await once(spawn(process.execPath, args, { stdio: 'inherit' }), 'exit')) as [number];
        return code;
      }),
    );
    expect(codes).toEqual([0, 0, 0, 0]);
    expect(new Set(folder.readAllowed().map(({ name }) => name)).size).toBe(40);
  });

  it('is let go of whatever comes of it, and may be taken again by who has it', () => {
    const path = join(freshFolder(), 'lock');
    const lock = new FolderLock(path);
    expect(lock.during(() => lock.during(() => existsSync(path)))).toBe(true);
    const fails = (): void =>
      lock.during(() => {
        throw new Error('out of order');
      });
    expect(fails).toThrow('out of order');
    expect(existsSync(path)).toBe(false);
  });

  it('gives up on somebody who does not come to an end, and says what to do', () => {
    const path = join(freshFolder(), 'lock');
    writeFileSync(path, '');
    expect(() => new FolderLock(path, 50).during(() => 'changed')).toThrow(
      /lock cannot be used: .* remove this file/,
    );
    expect(existsSync(path)).toBe(true);
  });
});
